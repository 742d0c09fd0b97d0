from django.urls import path

from portal.accounts.views import invitation, notice, preference

app_name = "accounts"
urlpatterns = [
    path("language/", preference.language_set, name="language-set"),
    path("theme/", preference.theme_set, name="theme-set"),
    path("notices/", notice.notice_list, name="notice-list"),
    path("notices/read/", notice.notice_read_all, name="notice-read-all"),
    path("invitations/<str:token>/", invitation.invitation_accept, name="invitation-accept"),
]
