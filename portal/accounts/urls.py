from django.urls import path

from portal.accounts.views import account, audit, guard, invitation, preference, team

app_name = "accounts"
urlpatterns = [
    path("language/", preference.language_set, name="language-set"),
    path("theme/", preference.theme_set, name="theme-set"),
    path("invitations/<str:token>/", invitation.invitation_accept, name="invitation-accept"),
    path("settings/", account.account_settings, name="account-settings"),
    path("settings/second-factor/", guard.factor_setup, name="factor-setup"),
    path("carry-on/", guard.carry_on, name="carry-on"),
    path("teams/<int:team_pk>/", team.team_detail, name="team-detail"),
    path("teams/<int:team_pk>/invite/", team.team_invite, name="team-invite"),
    path("teams/<int:team_pk>/audit/", audit.team_audit, name="team-audit"),
    path("teams/<int:team_pk>/members/<int:pk>/", team.membership_edit, name="membership-edit"),
    path(
        "teams/<int:team_pk>/members/<int:pk>/remove/",
        team.membership_remove,
        name="membership-remove",
    ),
    path(
        "teams/<int:team_pk>/invitations/<int:pk>/withdraw/",
        team.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("platform/audit/", audit.platform_audit, name="platform-audit"),
]
