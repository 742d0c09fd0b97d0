from django.urls import path

from reports.views import report

app_name = "reports"
urlpatterns = [
    path("m/<slug:merchant_code>/reports/", report.report_detail, name="report-detail"),
]
