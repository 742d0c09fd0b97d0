"""All doors of the site. Each app lists its own pages; nothing else is reachable,
but how the site is (portal/health), which is answered before any of this."""

from django.urls import include, path

urlpatterns = [
    # Readers' links are among these: no other address is asked for as often.
    path("", include("merchants.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("portal.accounts.urls")),
    path("", include("portal.jobs.urls")),
    path("", include("portal.webhooks.urls")),
    path("", include("portal.notices.urls")),
    path("", include("portal.exports.urls")),
    path("", include("portal.review.urls")),
    path("", include("campaigns.urls")),
    path("", include("reports.urls")),
]

handler400 = "portal.ui.errors.bad_request"
handler403 = "portal.ui.errors.forbidden"
handler404 = "portal.ui.errors.not_found"
handler500 = "portal.ui.errors.server_error"
