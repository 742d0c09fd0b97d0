"""Policy to look at: what is in force where, as of any second, why, and what comes."""

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.openings import lines
from merchants.openings.deciding import Place
from merchants.openings.history import spans
from merchants.openings.policy import Policy
from merchants.pages.matrix import cells, dates
from merchants.pages.matrix.forms import CellForm, MatrixForm, moment_of
from merchants.pages.matrix.tables import CalendarTable
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.pages import Head, Link
from portal.ui.views import table_page

_MATRIX = "merchants/policy_matrix.html"
_CELL = "merchants/policy_cell.html"


@platform_page("policy.view")
def policy_matrix(request: PortalRequest) -> HttpResponse:
    form = MatrixForm(request.GET)
    if not form.is_valid():
        return render(request, _MATRIX, {"form": form}, status=422)
    at = moment_of(form)
    context = {
        "form": form,
        "at": at,
        "side": form.chosen,
        "placements": form.placements,
        "rows": cells.matrix(Policy.read(), form.chosen, form.placements, at),
    }
    return render(request, _MATRIX, context)


@platform_page("policy.view")
def policy_json(request: PortalRequest) -> HttpResponse:
    """The matrix of the same address, for programs."""
    form = MatrixForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    at = moment_of(form)
    rows = cells.matrix(Policy.read(), form.chosen, form.placements, at)
    return JsonResponse(
        {
            "at": at.isoformat(),
            "programme": form.chosen.programme.code,
            "store_kind": form.chosen.store_kind.value,
            "cells": [told.as_json() for _one, _depth, row in rows for told in row],
        }
    )


@platform_page("policy.view")
def policy_cell(request: PortalRequest) -> HttpResponse:
    """The history of one cell: what was, is and will be in force there, and why."""
    form = CellForm(request.GET)
    if not form.is_valid():
        return render(request, _CELL, {"form": form}, status=422)
    category, [placement] = form.cleaned_data["category"], form.placements
    policy = Policy.read(category=category.pk)
    place = Place(form.chosen.programme.pk, category.pk, placement, form.chosen.store_kind)
    past = cells.past(spans(policy, place), moment_of(form))
    if request.GET.get("as") == "json":
        return JsonResponse({"spans": [one.as_json() for one in reversed(past)]})
    context = {
        "form": form,
        "category": category,
        "placement": placement,
        "side": form.chosen,
        "past": past,
    }
    return render(request, _CELL, context)


@platform_page("policy.view")
def policy_calendar(request: PortalRequest) -> HttpResponseBase:
    matrix = Link(_("Policy"), reverse("merchants:policy-matrix"), icon="table", is_main=False)
    lead = _("Every instant at which a signed rule begins, ends or lets go, the latest first.")
    return table_page(
        request,
        CalendarTable,
        dates.dates(lines.with_ends()),
        head=Head(_("Calendar of policy"), above=_("Platform"), lead=lead, links=[matrix]),
        export_name="policy-calendar",
    )
