"""The list of work that has trouble."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from portal.ui.columns import CountColumn, InstantColumn, StatusColumn
from portal.ui.filters import PortalFilter, choice_filter
from portal.ui.tables import PortalTable


class JobTable(PortalTable):
    label = tables.Column(linkify=True, verbose_name=_("Work"), order_by="kind")
    state = StatusColumn(verbose_name=_("State"))
    team = tables.Column(verbose_name=_("Whose"), default=_("The portal"), order_by="team__name")
    created_at = InstantColumn(verbose_name=_("Asked for"))
    cause = tables.Column(verbose_name=_("Why"))
    tries = CountColumn(verbose_name=_("Tries that failed"), order_by=("attempts", "setbacks"))
    waits_until = InstantColumn(verbose_name=_("Next try"))
    advice = tables.Column(verbose_name=pgettext_lazy("job", "What to do"), orderable=False)

    empty_title = _("No work has trouble")
    empty_text = _("Work that does not succeed at once stands here, with its cause and next try.")
    empty_icon = "circle-check"

    indexed = ("created_at",)

    class Meta(PortalTable.Meta):
        model = Job
        fields = (
            "label", "state", "team", "created_at", "cause", "tries", "waits_until", "advice",
        )  # fmt: skip


class JobFilter(PortalFilter):
    state = choice_filter("state", JobState.choices, _("State"))
    cause = choice_filter("cause", Cause.choices, _("Why"))

    class Meta:
        model = Job
        fields = ()
