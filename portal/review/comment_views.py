"""The two doors of comments: of those who decide, and of the team that asks."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from portal.accounts.access import PortalRequest, enter, person_page, platform_page
from portal.accounts.models import Team
from portal.review import comments, kinds
from portal.review.forms import AnswerForm, CommentForm
from portal.review.views import found
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head


@platform_page("review.view")
def comment_ask(request: PortalRequest, code: str, pk: int) -> HttpResponseBase:
    """A reviewer writes to whoever asked, or to colleagues."""
    kind, subject = found(request, code, pk)
    form = CommentForm(request.POST or None, is_heard=bool(kind.talks))
    page = kinds.page_of(code, pk)
    if request.method == "POST" and form.is_valid():
        is_internal = form.cleaned_data["readers"] == "inside"
        with refusals_on(form):
            text = form.cleaned_data["text"]
            comments.ask(subject, text=text, is_internal=is_internal, by=request.user)
            messages.success(request, _("Written down."))
            return redirect(page)
    head = Head(_("Comment"), above=str(subject), back=page)
    return form_page(request, form, head=head, submit=_("Send the comment"), cancel_url=page)


@person_page
def comment_answer(request: PortalRequest, code: str, pk: int) -> HttpResponseBase:
    """Somebody of the asking team writes to those who decide."""
    kind = kinds.of(code)
    if kind is None or not kind.talks:
        raise Http404
    mine = Team.objects.visible_to(request.user)
    subject = get_object_or_404(kind.rows().filter(**{f"{kind.model.TEAM}__in": mine}), pk=pk)
    enter(request, kind.talks, of=subject.audit_team())
    form, page = AnswerForm(request.POST or None), subject.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            comments.answer(subject, text=form.cleaned_data["text"], by=request.user)
            messages.success(request, _("Sent to the reviewers."))
            return redirect(page)
    head = Head(_("Write to the reviewers"), above=str(subject), back=page)
    return form_page(request, form, head=head, submit=_("Send the comment"), cancel_url=page)
