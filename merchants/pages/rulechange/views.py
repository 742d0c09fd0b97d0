"""Rule changes: the platform's rules, proposed by one admin and signed by others."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.openings import changing
from merchants.openings.models import Opening
from merchants.pages.rulechange import rows
from merchants.pages.rulechange.filters import RuleChangeFilter
from merchants.pages.rulechange.tables import RuleChangeTable
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock
from portal.accounts.access import PortalRequest, platform_page
from portal.review import kinds, past, signatures
from portal.shell import objects
from portal.ui.forms import button
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@platform_page("opening.propose")
def rulechange_list(request: PortalRequest) -> HttpResponseBase:
    propose = Link(
        _("Propose a change"), reverse("merchants:rulechange-new"), needs="opening.propose"
    )
    lead = _(
        "A rule says from when on a category may link outside. It takes effect once a second "
        "admin has signed it."
    )
    return table_page(
        request,
        RuleChangeTable,
        rows.listed().order_by("-submitted_at", "-pk"),
        RuleChangeFilter,
        head=Head(_("Rule changes"), above=_("Platform"), lead=lead, links=[propose]),
        empty_link=propose,
        export_name="rule-changes",
    )


@platform_page("opening.propose")
def rulechange_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    change = get_object_or_404(
        RuleChange.objects.select_related("author", "approver", "takes_back"), pk=pk
    )
    lines = changing.lines_of(change)
    version = change.version if change.status == ChangeStatus.PROPOSED else ""
    context = {
        "change": change,
        "lines": lines,
        "kept": changing.kept_by(lines),
        "told": changing.told(change, clock.now(), lines),
        "is_mine": change.author_id == request.user.pk,
        "first": signatures.first_of(change, version) if version else None,
        "signed": past.of(change),
        "back": _back(change),
        "decide_url": kinds.page_of("rulechange", change.pk),
        **objects.context(request, change),
    }
    return render(request, "merchants/rulechange_detail.html", context)


def _back(change: RuleChange) -> RuleChange | None:
    """The rollback that took `change` back, or that waits to."""
    alive = {ChangeStatus.PROPOSED, ChangeStatus.SIGNED}
    return change.taken_back_by.filter(status__in=alive).order_by("status", "pk").last()


def _find(pk: int) -> RuleChange:
    return get_object_or_404(RuleChange, pk=pk)


def _page(change: RuleChange) -> str:
    return reverse("merchants:rulechange-detail", args=[change.pk])


rulechange_withdraw = button(
    platform_page("opening.propose"),
    _find,
    rulechanges.withdraw,
    done=lambda change: _("Withdrawn."),
    to=_page,
)


@platform_page("opening.propose")
def opening_of_before(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The address that a rule had before it was a line: it leads to the change."""
    rule = get_object_or_404(Opening, pk=pk)
    return redirect("merchants:rulechange-detail", rule.change_id)


@platform_page("opening.propose")
def openings_of_before(request: PortalRequest) -> HttpResponseBase:
    return redirect("merchants:rulechange-list")


@platform_page("opening.propose")
def new_opening_of_before(request: PortalRequest) -> HttpResponseBase:
    return redirect("merchants:rulechange-new")
