from django.urls import include, path

from reports.pages.batch import views as batch
from reports.pages.health import views as health
from reports.pages.home import views as home
from reports.pages.refund import views as refund
from reports.pages.regime import views as regime
from reports.pages.report import changes
from reports.pages.report import views as report
from reports.pages.search import views as search
from reports.pages.source import views as source
from reports.pages.source.unplaced import unplaced_list
from reports.pages.suspension import views as suspension

app_name = "reports"

_merchant = [
    path("data/", batch.data_list, name="data-list"),
    path("data/new/", batch.data_new, name="data-new"),
    path("data/<int:pk>/", batch.data_detail, name="data-detail"),
    path("data/<int:pk>/quarantined/", batch.data_quarantine, name="data-quarantine"),
    path("data/health/", health.health_merchant, name="health-merchant"),
    path("", home.home_merchant, name="home-merchant"),
    path("reports/", report.report_detail, name="report-detail"),
    path("reports/changes/", changes.report_changes, name="report-changes"),
    path("reports/run/", report.report_run, name="report-run"),
    path("reports/models/", report.report_models, name="report-models"),
    path("reports/<slug:kind>/<int:pk>/", report.report_object, name="report-object"),
]

urlpatterns = [
    path("", home.home_any, name="home"),
    path("platform/", home.home_platform, name="platform-home"),
    path("platform/batches/", batch.batch_list, name="batch-list"),
    path("platform/batches/new/", batch.batch_new, name="batch-new"),
    path("platform/batches/<int:pk>/", batch.batch_detail, name="batch-detail"),
    path("platform/batches/<int:pk>/quarantined/", batch.batch_quarantine, name="batch-quarantine"),
    path("platform/sources/", source.source_list, name="source-list"),
    path("platform/sources/unplaced/", unplaced_list, name="unplaced-list"),
    path("platform/sources/health/", health.health_platform, name="health-platform"),
    path("platform/sources/breaches/", health.breach_list, name="breach-list"),
    path("platform/sources/<int:pk>/", source.source_detail, name="source-detail"),
    path("platform/sources/<int:pk>/edit/", source.source_edit, name="source-edit"),
    path("platform/sources/<int:pk>/suspend/", suspension.suspension_new, name="suspension-new"),
    path("platform/sources/suspensions/", suspension.suspension_list, name="suspension-list"),
    path(
        "platform/sources/suspensions/<int:pk>/edit/",
        suspension.suspension_edit,
        name="suspension-edit",
    ),
    path(
        "platform/sources/suspensions/<int:pk>/lift/",
        suspension.suspension_lift,
        name="suspension-lift",
    ),
    path("platform/sources/refunds/", refund.refund_list, name="refund-list"),
    path("platform/sources/refunds/<int:pk>/edit/", refund.refund_edit, name="refund-edit"),
    path("suspensions/<int:pk>/", suspension.suspension_detail, name="suspension-detail"),
    path("platform/sources/<int:pk>/regimes/", regime.regime_list, name="regime-list"),
    path("platform/sources/<int:pk>/regimes/new/", regime.regime_new, name="regime-new"),
    path("platform/sources/regimes/<int:pk>/edit/", regime.regime_edit, name="regime-edit"),
    path("platform/sources/regimes/<int:pk>/end/", regime.regime_close, name="regime-close"),
    path("search/", search.search_all, name="search"),
    path("m/<slug:merchant_code>/", include(_merchant)),
]
