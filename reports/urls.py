from django.urls import include, path

from reports.views import home, report, report_models, search

app_name = "reports"

_merchant = [
    path("", home.home_merchant, name="home-merchant"),
    path("reports/", report.report_detail, name="report-detail"),
    path("reports/models/", report_models.report_models, name="report-models"),
]

urlpatterns = [
    path("", home.home_any, name="home"),
    path("platform/", home.home_platform, name="platform-home"),
    path("search/", search.search_all, name="search"),
    path("m/<slug:merchant_code>/", include(_merchant)),
]
