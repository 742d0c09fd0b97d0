"""Tables of members and audit entries."""

import json

import django_tables2 as tables
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.accounts import acts
from portal.accounts.models import AuditEntry, Membership
from portal.ui.columns import InstantColumn, small_button
from portal.ui.tables import PortalTable


class MemberTable(PortalTable):
    user = tables.Column(verbose_name=_("Full name"), order_by="user__name")
    email = tables.Column(accessor="user__email", verbose_name=_("E-mail"))
    role = tables.Column(verbose_name=_("Role"))
    created_at = InstantColumn(verbose_name=_("Since"))

    class Meta(PortalTable.Meta):
        model = Membership
        fields: tuple[str, ...] = ("user", "email", "role", "created_at")


class ManagedMemberTable(MemberTable):
    """The members as an owner sees them: with the way to change one."""

    edit = tables.Column(
        verbose_name=_("Actions"),
        empty_values=(),
        orderable=False,
        attrs={"th": {"class": "text-end"}, "td": {"class": "text-end"}},
    )

    class Meta(MemberTable.Meta):
        fields = (*MemberTable.Meta.fields, "edit")

    def render_edit(self, record: Membership) -> SafeString:
        url = reverse("accounts:membership-edit", args=[record.team_id, record.pk])
        return small_button(url, _("Change"))


class AuditTable(PortalTable):
    at = InstantColumn(verbose_name=_("When"))
    actor = tables.Column(verbose_name=_("Who"), default=_("The portal"), order_by="actor__name")
    verb = tables.Column(verbose_name=_("What"))
    label = tables.Column(verbose_name=_("On what"))
    change = tables.Column(verbose_name=_("What changed"), empty_values=(), orderable=False)
    reason = tables.Column(verbose_name=_("Reason"), orderable=False)

    empty_title = _("Nothing has been done yet")
    empty_text = _("Every act leaves a line here that nobody can change.")
    empty_icon = "history"

    indexed = ("at",)

    class Meta(PortalTable.Meta):
        model = AuditEntry
        fields = ("at", "actor", "verb", "label", "change", "reason")
        order_by = "-at"

    def render_verb(self, value: str) -> str:
        return acts.sentence(value)

    def value_verb(self, value: str) -> str:
        return value

    def render_label(self, record: AuditEntry) -> str:
        return record.called

    def render_change(self, record: AuditEntry) -> SafeString:
        return acts.change(record, self._names)

    @cached_property
    def _names(self) -> acts.Names:
        return acts.names(row.record for row in self.paginated_rows)

    def value_change(self, record: AuditEntry) -> str:
        """Exactly what is stored, for people who check the log by machine."""
        return json.dumps({"old": record.old, "new": record.new}, ensure_ascii=False)
