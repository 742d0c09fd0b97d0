"""Regimes of a source: what is agreed, and the forms that agree, change and end."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import words
from portal.accounts import versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from reports.pages.regime.forms import ChangedRegimeForm, ClosedRegimeForm, RegimeForm
from reports.pages.regime.tables import ReadRegimeTable, RegimeTable
from reports.sources import sampling
from reports.sources.accuracy import NOT_ACCURACY
from reports.sources.models import Source
from reports.sources.regimes import Regime

EDITED = ("ratio", "valid_from", "valid_to")


@platform_page("source.view")
def regime_list(request: PortalRequest, pk: int) -> HttpResponseBase:
    source = get_object_or_404(Source.objects.of_parties(), pk=pk)
    new = Link(
        _("Agree on a sample"),
        reverse("reports:regime-new", args=[source.pk]),
        needs="source.manage",
    )
    head = Head(
        _("Sampling"),
        above=source.name,
        back=reverse("reports:source-detail", args=[source.pk]),
        lead=str(NOT_ACCURACY),
        links=[new],
    )
    return table_page(
        request,
        RegimeTable if "source.manage" in request.may else ReadRegimeTable,
        Regime.objects.filter(source=source).in_order(),
        head=head,
        export_name="sampling",
    )


@platform_page("source.manage")
def regime_new(request: PortalRequest, pk: int) -> HttpResponseBase:
    source = get_object_or_404(Source.objects.of_parties(), pk=pk)
    form = RegimeForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sampling.open_regime(source, **form.cleaned_data, by=request.user)
            return _done(request, source)
    return form_page(
        request,
        form,
        head=Head(_("Agree on a sample"), above=source.name, lead=str(NOT_ACCURACY)),
        cancel_url=reverse("reports:regime-list", args=[source.pk]),
    )


@platform_page("source.manage")
def regime_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    regime = _regime(pk)
    shown = versions.shown(regime, *EDITED)
    form = ChangedRegimeForm(request.POST or None, initial=shown, source=regime.source)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sampling.change(regime, **form.cleaned_data, by=request.user)
            return _done(request, regime.source)
    return _form(request, form, regime, _("Change what is agreed"))


@platform_page("source.manage")
def regime_close(request: PortalRequest, pk: int) -> HttpResponseBase:
    regime = _regime(pk)
    form = ClosedRegimeForm(request.POST or None, initial=versions.shown(regime))
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sampling.close(regime, **form.cleaned_data, by=request.user)
            return _done(request, regime.source)
    return _form(request, form, regime, _("End the agreement"))


def _regime(pk: int) -> Regime:
    return get_object_or_404(Regime.objects.select_related("source", "category"), pk=pk)


def _form(
    request: PortalRequest, form: ChangedRegimeForm | ClosedRegimeForm, regime: Regime, title: str
) -> HttpResponseBase:
    about = regime.category or _("All that have no regime of their own")
    return form_page(
        request,
        form,
        head=Head(
            title,
            above=f"{regime.source.name} · {about} · {words.share(regime.ratio)}",
            lead=str(NOT_ACCURACY),
        ),
        cancel_url=reverse("reports:regime-list", args=[regime.source_id]),
    )


def _done(request: PortalRequest, source: Source) -> HttpResponseBase:
    messages.success(
        request, _("Saved. Days on which another share of users rules are computed again.")
    )
    return redirect("reports:regime-list", source.pk)
