"""The table of one's notices."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.notices.models import Notice
from portal.ui.columns import InstantColumn
from portal.ui.tables import PortalTable


class NoticeTable(PortalTable):
    text = tables.Column(verbose_name=_("Notice"), orderable=False)
    created_at = InstantColumn(verbose_name=_("When"))

    empty_title = _("Nothing new")
    empty_text = _("What happens to your stores, listings and boosts is told here.")
    empty_icon = "bell"

    indexed = ("created_at",)

    class Meta(PortalTable.Meta):
        model = Notice
        fields = ("text", "created_at")
        order_by = "-created_at"

    def render_text(self, record: Notice) -> SafeString:
        weight = "" if record.read_at else "fw-bold"
        return format_html('<a href="{}" class="{}">{}</a>', record.url, weight, record)
