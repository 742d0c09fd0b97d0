"""Forms: how they are shown, and how a verb's refusal comes back to the person."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal import meaning
from portal.refusals import Outdated, Refusal
from portal.ui import editing, labelled, unsent
from portal.ui.finding import rows_asked
from portal.ui.pages import Head

T = TypeVar("T")

# Characters of a search, in which a pasted address has room.
MOST_TYPED = 3000
# What Django shows before anything is chosen.
DASHES = "---------"


@contextmanager
def refusals_on(form: forms.BaseForm) -> Iterator[None]:
    """Catch a Refusal of the verb called inside and show it on `form`, at its field."""
    try:
        yield
    except Outdated as outdated:
        editing.show_newer(form, outdated)
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.message)
        form.refused = refusal.status  # type: ignore[attr-defined]


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    head: Head | None = None,
    submit: str = "",
    cancel_url: str = "",
    hint: str = "",
    template: str = "portal/form.html",
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show `form`: 200 when fresh, with what was typed and 422 (or what else the refusal calls for)
    when it was refused; of a field that finds its rows, those alone when the address asks for them.

    What its person had typed when his session was found to be over stands in the fresh form.

    `submit` is the label of its button (else “Save”), `hint` a sentence above its fields. A page
    that is more than its form has a `template` of its own, mostly one that extends
    `portal/form.html`, and gives it `context`; only one that names itself goes without `head`.
    """
    if labelled.is_wanted(request):
        return labelled.FormAlone(form)
    unsent.restore(request, form)
    if (rows := rows_asked(request, form)) is not None:
        return HttpResponse(rows)
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
            field.empty_label = _("Please choose")
    is_refused = form.is_bound and (form.errors or hasattr(form, "newer"))
    status = getattr(form, "refused", 422) if is_refused else 200
    shown = {
        "head": head,
        "form": form,
        "submit": submit,
        "cancel_url": cancel_url,
        "hint": hint,
        **(context or {}),
    }
    return render(request, template, shown, status=status)


def words_of(request: HttpRequest) -> str:
    """What `?q=` asks for, as it is meant: at most MOST_TYPED characters."""
    return meaning.line(request.GET.get("q", ""))[:MOST_TYPED]


def _itself(found: T) -> T:
    return found


def act(request: HttpRequest, do: Callable[[], object], *, done: str, to: Any) -> HttpResponse:
    """Answer a button: call `do`, say `done` or the refusal as a message, and go to `to`."""
    try:
        do()
    except Outdated:
        said = _("Not done: this was changed since you opened it. Read it again, then decide.")
        messages.error(request, said)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(to)


def button(
    door: Callable[[Any], Callable[..., HttpResponseBase]],
    find: Callable[..., T],
    do: Callable[..., object],
    *,
    done: Callable[[T], str],
    to: Callable[[T], Any] = _itself,
    is_about_what_was_read: bool = False,
) -> Callable[..., HttpResponseBase]:
    """The view of a button: behind `door` it calls the verb `do` on what `find` found.

    `find` gets what the door gives a view besides the request. `done` says what has happened;
    `to` is where to go then, by default the page of what was found. Where the act rests on what the
    page said (`is_about_what_was_read`), its button carries the `version` of that to the verb.
    """

    @require_POST
    @door
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = find(*args, **kwargs)
        sentence, page = done(found), to(found)
        read = {"version": request.POST.get("version", "")} if is_about_what_was_read else {}
        return act(request, lambda: do(found, by=request.user, **read), done=sentence, to=page)

    return view
