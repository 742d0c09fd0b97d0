"""The page on which several things of one kind are decided, one by one or together."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import Http404, HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import typed
from portal.accounts import permissions
from portal.accounts.access import PortalRequest, platform_page
from portal.review import concerned, kinds, reasons, together
from portal.review.forms import ReviewForm
from portal.review.kinds import Kind
from portal.review.subjects import Reviewable
from portal.review.together import MOST, Outcome
from portal.review.views import lamp
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head


@dataclass(frozen=True)
class Choice:
    """One that can be chosen: its row, its name and version as the form sends them back, whether it
    was chosen by who sent the form, and whether a second person has to say yes."""

    subject: Reviewable
    value: str
    page: str
    waiting: SafeString
    amount_fen: int | None
    is_chosen: bool
    is_by_two: bool


@platform_page("review.view")
def review_together(request: PortalRequest, code: str, pk: int) -> HttpResponseBase:
    """What waits of one thing: nothing is chosen before, and each is told what became of it."""
    kind, thing = _found(request, code, pk)
    form = _form(request, kind)
    sent = request.POST.getlist("chosen")
    outcomes: list[Outcome] = []
    if request.method == "POST":
        # An empty choice is refused like an empty field.
        if not _chosen(sent):
            form.add_error(None, _("Choose what you decide about."))
        if form.is_valid():
            outcomes = _decided(request, kind, thing, form)
    waiting = _waiting(kind, thing, request)
    return form_page(
        request,
        form if not outcomes else _form(request, kind, fresh=True),
        head=Head(_("Decide together"), above=str(thing), lead=str(kind.question)),
        template="portal/review_together.html",
        context={
            "kind": kind,
            "thing": thing,
            "choices": _choices(kind, waiting, set() if outcomes else set(sent)),
            "outcomes": outcomes,
            "most": MOST,
        },
    )


def _found(request: PortalRequest, code: str, pk: int) -> tuple[Kind, models.Model]:
    kind = kinds.of(code)
    thing = together.above(kind, pk) if kind else None
    if kind is None or thing is None:
        raise Http404
    permissions.require(request.user, kind.action)
    return kind, thing


def _form(request: PortalRequest, kind: Kind, *, fresh: bool = False) -> ReviewForm:
    # What is sent without a field is refused as any other.
    is_sent = request.method == "POST" and not fresh
    return kind.form(
        request.POST if is_sent else None,
        choices=[(one.name, str(one.label)) for one in kind.answers],
        codes=[(one.code, one.label) for one in reasons.of(kind.noun)],
    )


def _chosen(sent: list[str]) -> list[tuple[int, str]]:
    """Numbers and versions of what was chosen; what the page never sent is left out."""
    parts = [value.partition(":") for value in sent]
    pairs = [(typed.number_of(number), version) for number, _colon, version in parts]
    return [(number, version) for number, version in pairs if number is not None]


def _decided(
    request: PortalRequest, kind: Kind, thing: models.Model, form: ReviewForm
) -> list[Outcome]:
    """What became of each; none, and a word on the form, where the answer itself is refused."""
    with refusals_on(form):
        return together.decide(
            kind,
            kind.answer(form.cleaned_data["decision"]),
            _chosen(request.POST.getlist("chosen")),
            of=thing,
            by=request.user,
            given=form.cleaned_data,
        )
    return []


def _waiting(kind: Kind, thing: models.Model, request: PortalRequest) -> list[Any]:
    mine = kind.waiting(concerned.ties_of(request.user)).filter(**{kind.together: thing.pk})
    if kind.amount_fen is not None:
        mine = mine.annotate(told_fen=kind.amount_fen)
    return list(mine.order_by("submitted_at", "pk")[:MOST])


def _choices(kind: Kind, waiting: list[Any], chosen: set[str]) -> list[Choice]:
    """What is read beside them is read of all at once."""
    versions, by_two = kind.model.version_each(waiting), kind.by_two(waiting)
    values = {one.pk: f"{one.pk}:{versions[one.pk]}" for one in waiting}
    return [
        Choice(
            subject=one,
            value=values[one.pk],
            page=kinds.page_of(kind.code, one.pk),
            waiting=lamp(one),
            amount_fen=getattr(one, "told_fen", None),
            is_chosen=values[one.pk] in chosen,
            is_by_two=one.pk in by_two,
        )
        for one in waiting
    ]
