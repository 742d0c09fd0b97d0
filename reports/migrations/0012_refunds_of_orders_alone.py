"""Facts of refunds tell orders from deposits: the days that have some are computed anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Now


def mark_stale(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was shown until now stays as it was given; the next run of these days supersedes it."""
    facts = apps.get_model("reports", "ConversionFact").objects.filter(kind="refund")
    days = apps.get_model("reports", "ReportDay").objects.filter(superseded_at=None, stale_at=None)
    days.filter(pk__in=facts.values("report_day_id")).update(stale_at=Now())


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_files_of_a_source")]

    operations = [migrations.RunPython(mark_stale, migrations.RunPython.noop)]
