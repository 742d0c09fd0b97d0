"""The queue, and the page on which one thing of it is decided."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock
from portal.accounts import permissions
from portal.accounts.access import PortalRequest, platform_page
from portal.accounts.models import User
from portal.review import (
    appeals,
    changes,
    claims,
    comments,
    concerned,
    kinds,
    past,
    queue,
    reasons,
    signatures,
    speed,
)
from portal.review.forms import ReviewForm
from portal.review.kinds import Kind
from portal.review.models import Decision
from portal.review.speed import Speed
from portal.review.subjects import Reviewable
from portal.review.tables import QueueTable
from portal.review.waiting import waiting
from portal.ui.formats import badge
from portal.ui.forms import act, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page

# How many of the queue are looked at for the next one: hardly ever may a reader not decide one.
MOST_ASKED = 20


@platform_page("review.view")
def review_list(request: PortalRequest) -> HttpResponseBase:
    """What waits for the reader; `?kind=` shows one kind alone."""
    mine = queue.waiting_for(request.user, request.may)
    code = kinds.today(request.GET.get("kind", ""))
    counts = queue.counts_of(mine)
    tabs = [(kind, counts[kind.code]) for kind, rows in mine]
    chosen = [(kind, rows) for kind, rows in mine if code in {"", kind.code}]
    return table_page(
        request,
        QueueTable,
        queue.rows_of(chosen) if chosen else [],
        count=sum(count for kind, count in tabs if code in {"", kind.code}),
        head=Head(_("To decide"), above=_("Platform"), links=[_quality()]),
        template="portal/review_list.html",
        context={
            "tabs": tabs,
            "chosen": code,
            "is_filtered": bool(code),
            "speeds": _speeds([kind for kind, _rows in chosen]),
        },
    )


def _quality() -> Link:
    url = reverse("review:review-quality")
    return Link(_("Quality of review"), url, "chart-bar", is_main=False)


def _speeds(shown: list[Kind]) -> list[tuple[Kind, Speed]]:
    """How fast what is shown was answered lately, each noun once."""
    known = speed.of(kind.noun for kind in shown)
    by_noun = {kind.noun: kind for kind in reversed(shown)}
    return [(kind, known[kind.noun]) for kind in shown if by_noun[kind.noun] is kind]


@platform_page("review.view")
def review_detail(request: PortalRequest, code: str, pk: int) -> HttpResponseBase:
    """The question, the evidence, what was decided before, and the form of the answer."""
    if kinds.today(code) != code:
        return redirect(kinds.page_of(kinds.today(code), pk))
    kind, subject = found(request, code, pk)
    form = _form(request, kind, subject)
    if request.method == "POST":
        if form.is_valid() and _decided(request, kind, subject, form):
            return _next(request)
        # What refused it may be that somebody was faster.
        subject = get_object_or_404(kind.rows(), pk=pk)
        form.show(subject.version)
    is_open = subject.status == subject.WAITING
    said = comments.read_by_deciders(subject)
    # What is said inside is read by nobody whom it concerns, after the answer, too.
    asks = is_open or any(one.is_internal for one in said)
    objection = concerned.objection(subject, request.user) if asks else ""
    return form_page(
        request,
        form,
        head=Head(str(subject)),
        template="portal/review_detail.html",
        context={
            "kind": kind,
            "subject": subject,
            "is_open": is_open,
            "objection": objection if is_open else "",
            "waiting": lamp(subject),
            "decided": past.of(subject),
            "appeals": appeals.about(subject),
            **(_open(kind, subject, request.user) if is_open else {}),
            "together": _together(kind, subject),
            "comments": [] if objection else said,
            "ask_url": reverse("review:comment-ask", args=[code, pk]),
            **kind.context(subject),
        },
    )


def _form(request: PortalRequest, kind: Kind, subject: Reviewable) -> ReviewForm:
    said = '{}<span class="form-hint d-block">{}</span>'
    return kind.form(
        request.POST or None,
        choices=[
            (one.name, format_html(said, one.label, one.then_of(subject))) for one in kind.answers
        ],
        codes=[(one.code, one.label) for one in reasons.of(kind.noun)],
        initial={"version": subject.version},
    )


def _decided(request: PortalRequest, kind: Kind, subject: Reviewable, form: ReviewForm) -> bool:
    """Whether the answer on `form` was taken; what refuses it stands on the form then."""
    given = form.cleaned_data
    answer = kind.answer(given["decision"])
    with refusals_on(form):
        taken = {name: given[name] for name in answer.takes if name in given}
        answer.decide(subject, version=given["version"], by=request.user, **taken)
        told = {"answer": answer.label, "subject": subject}
        if kind.rows().filter(pk=subject.pk, status=subject.WAITING).exists():
            said = _("Signed by you; a second person decides. “%(subject)s”")
        else:
            said = _("Decided: %(answer)s. “%(subject)s”")
        messages.success(request, said % told)
        return True
    return False


def _next(request: PortalRequest) -> HttpResponse:
    """What comes next: now that one is decided, the first of the queue that the reader may."""
    waiting = queue.rows_of(queue.waiting_for(request.user, request.may))
    for row in waiting[:MOST_ASKED]:
        kind = kinds.of(row["kind_code"])
        subject = kind.rows().filter(pk=row["number"]).first() if kind else None
        if subject and _may_be_next(subject, request.user):
            return redirect(kinds.page_of(row["kind_code"], row["number"]))
    return redirect("review:review-list")


def _may_be_next(subject: Reviewable, reader: User) -> bool:
    """Whether `reader` may decide about it, and nobody else reads it now."""
    if concerned.objection(subject, reader):
        return False
    return claims.of_another(subject, reader) is None


def lamp(subject: Reviewable) -> SafeString:
    """How long it has waited, and how urgent that makes it."""
    now = clock.now()
    waited = waiting(subject.submitted_at or now, within=subject.ANSWER_WITHIN, at=now)
    return badge(waited.lamp.colour, waited)


def _open(kind: Kind, subject: Reviewable, reader: User) -> dict[str, object]:
    """Of what waits: what is another since the last answer, if there was one; who has claimed it;
    and whose signature it has, where two persons have to say yes."""
    last = Decision.objects.about(subject).answers().first()
    claim = claims.now_of(subject)
    is_by_two = subject.pk in kind.by_two([subject])
    return {
        "last": last,
        "changes": changes.since(last, subject, kind.facts) if last else [],
        "claim": claim,
        "is_mine": claim is not None and claim.by == reader,
        "claimed": claims.said(claim) if claim and claim.by != reader else "",
        "is_by_two": is_by_two,
        "signature": signatures.first_of(subject, subject.version) if is_by_two else None,
    }


def _together(kind: Kind, subject: Reviewable) -> str:
    """Where it is decided with what else waits of the same thing; "" where nothing else does."""
    above = getattr(subject, f"{kind.together}_id") if kind.together else None
    if above is None:
        return ""
    others = kind.rows().filter(**{kind.together: above}, status=subject.WAITING)
    if not others.exclude(pk=subject.pk).exists():
        return ""
    return reverse("review:review-together", args=[kind.code, above])


@require_POST
@platform_page("review.view")
def review_claim(request: PortalRequest, code: str, pk: int) -> HttpResponseBase:
    """Claim what waits, or claim it anew."""
    kind, subject = found(request, code, pk)
    return act(
        request,
        lambda: claims.take(subject, kind.action, by=request.user),
        done=_("Claimed: until the moment below you alone decide about it."),
        to=kinds.page_of(code, pk),
    )


@require_POST
@platform_page("review.view")
def review_release(request: PortalRequest, code: str, pk: int) -> HttpResponseBase:
    """Leave it to the others."""
    _kind, subject = found(request, code, pk)
    return act(
        request,
        lambda: claims.release(subject, by=request.user),
        done=_("Released: a colleague may take it."),
        to=kinds.page_of(code, pk),
    )


def found(request: PortalRequest, code: str, pk: int) -> tuple[Kind, Reviewable]:
    """The kind and the row of an address, for somebody who may decide about it."""
    kind = kinds.of(code)
    if kind is None:
        raise Http404
    permissions.require(request.user, kind.action)
    return kind, get_object_or_404(kind.rows(), pk=pk)
