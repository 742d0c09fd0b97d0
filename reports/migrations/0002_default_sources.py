"""The streams every installation has: the community's own, its shops', and the partners'."""

from typing import Any

from django.db import migrations

SOURCES = [
    ("community", "社区互动", "Community", "touchpoints", ""),
    ("links", "挂链点击", "Links", "touchpoints", ""),
    ("in_app", "站内店铺", "In-app shops", "conversions", ""),
    ("taobao_tmall", "淘宝天猫", "Taobao and Tmall", "conversions", "taobao_tmall"),
    ("jd", "京东", "JD", "conversions", "jd"),
    ("vip", "唯品会", "Vipshop", "conversions", "vip"),
]


def add_sources(apps: Any, schema_editor: Any) -> None:
    source = apps.get_model("reports", "Source")
    for code, name_zh, name_en, events, marketplace in SOURCES:
        source.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": name_zh,
                "name_en": name_en,
                "events": events,
                "marketplace": marketplace,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(add_sources, migrations.RunPython.noop)]
