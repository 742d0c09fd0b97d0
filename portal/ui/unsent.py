"""What somebody sent that could not be taken: his session was over, he had signed in again since
the form was opened, or he was asked first to say who he is.

It is kept in the session of the browser, which a login carries on: the newest MOST_FORMS, none
above MOST_CHARACTERS, for KEPT_FOR; never a secret, never a file. It is one person's: his who was
signed in, else his whose page it was, which every form says (`opened_by`, signed). Two ways lead
back to it: its form, opened again, shows it once (`restore`); or he sends it as it is (`waiting`).
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal import clock, words
from portal.ui import parts

MARK = "opened_by"
KEPT_FOR = timedelta(hours=1)
MOST_CHARACTERS = 50_000
MOST_FORMS = 3
SECRETS = re.compile("password|passphrase|secret|token|otp|credential", re.IGNORECASE)

_SESSION_KEY = "unsent"
# What the page put beside what was typed.
_BESIDE = {MARK, "csrfmiddlewaretoken"}
_signer = Signer(salt="portal.ui.unsent")


@dataclass(frozen=True)
class Unsent:
    """A form on its way to `url`, from the page `page`, to do `action` where that is known.

    `fields` are names and values in their order, `files` the names of files that were with it.
    `is_whole` says that nothing was left out, so that it may be sent as it is.
    """

    owner: str
    url: str
    page: str
    action: str
    fields: list[list[str]]
    files: list[str]
    is_whole: bool
    at: str

    @property
    def data(self) -> QueryDict:
        """Its fields as a form reads them."""
        data = QueryDict(mutable=True)
        for name, value in self.fields:
            data.appendlist(name, value)
        return data

    def is_of(self, request: HttpRequest) -> bool:
        """Whether it is kept still, for the person of `request`."""
        user: Any = request.user
        is_fresh = clock.now() - datetime.fromisoformat(self.at) < KEPT_FOR
        return is_fresh and self.owner == str(user.pk)


def mark_of(request: HttpRequest) -> str:
    """Whose page this is, for `opened_by` of its forms; empty when nobody is signed in."""
    owner = _signed_in(request)
    return _signer.sign(owner) if owner else ""


def opened_by(request: HttpRequest) -> str:
    """The id of the person on whose page the posted form was; empty when it does not say."""
    try:
        return _signer.unsign(request.POST.get(MARK, ""))
    except BadSignature:
        return ""


def page_of(request: HttpRequest) -> str:
    """The path and query of the page that the posted form was on; only ever one of this site."""
    return parts.page_told(request) or request.get_full_path()


def keep(request: HttpRequest, action: str = "") -> Unsent | None:
    """Keep what was posted, to do `action`; None where it is nobody's or too much."""
    owner = _signed_in(request) or opened_by(request)
    sent = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name not in _BESIDE
    ]
    fields = [field for field in sent if not SECRETS.search(field[0])]
    if not owner or sum(len(value) for _name, value in fields) > MOST_CHARACTERS:
        return None
    files = sorted(str(file) for name in request.FILES for file in request.FILES.getlist(name))
    unsent = Unsent(
        owner=owner,
        url=request.get_full_path(),
        page=page_of(request),
        action=action,
        fields=fields,
        files=files,
        is_whole=fields == sent and not files,
        at=clock.now().isoformat(),
    )
    others = [one for one in _all(request) if _path(one.page) != _path(unsent.page)]
    _write(request, [*others, unsent][-MOST_FORMS:])
    return unsent


def waiting(request: HttpRequest) -> Unsent | None:
    """The newest that is kept for the person of this session."""
    return next((one for one in reversed(_all(request)) if one.is_of(request)), None)


def sent(request: HttpRequest) -> None:
    """What is kept on its way to where this goes is on its way no more."""
    kept = _all(request) if request.method == "POST" else []
    others = [one for one in kept if one.url != request.get_full_path()]
    if len(others) < len(kept):
        _write(request, others)


def ask_again(request: HttpRequest, kept: Unsent | None) -> HttpResponse:
    """Back to the page of a form whose person has signed in again since it was opened."""
    if not kept or not kept.fields:
        messages.warning(request, _("You have signed in again meanwhile, so nothing was done yet."))
    return redirect(page_of(request))


def restore(request: HttpRequest, form: forms.BaseForm) -> None:
    """Show on a fresh `form` what its person had typed here before, once, and say so."""
    mine = None if form.is_bound else _take(request)
    if mine is None:
        return
    data = mine.data
    for name, field in form.fields.items():
        if not isinstance(field, forms.FileField):
            found = field.widget.value_from_datadict(data, {}, form.add_prefix(name))
            form.initial[name] = found
    said = _("This is what you had typed before you signed in again. Nothing is saved yet.")
    if mine.files:
        again = _("Choose the file again: %(files)s.") % {"files": ", ".join(mine.files)}
        said = words.sentences([said, again])
    messages.warning(request, said)


def forget_others(request: HttpRequest, user: Any, **_more: object) -> None:
    """Listen to a login: what somebody else had typed leaves the session."""
    kept = _all(request)
    his = [one for one in kept if one.owner == str(user.pk)]
    if len(his) < len(kept):
        _write(request, his)


def _take(request: HttpRequest) -> Unsent | None:
    """What was typed on this page by this person; it is kept no longer."""
    kept = _all(request)
    for one in kept:
        if one.fields and _path(one.page) == request.path and one.is_of(request):
            _write(request, [other for other in kept if other is not one])
            return one
    return None


def _all(request: HttpRequest) -> list[Unsent]:
    return [Unsent(**told) for told in request.session.get(_SESSION_KEY, [])]


def _write(request: HttpRequest, kept: list[Unsent]) -> None:
    request.session[_SESSION_KEY] = [asdict(one) for one in kept]


def _signed_in(request: HttpRequest) -> str:
    user: Any = getattr(request, "user", None)
    return str(user.pk) if user and user.is_authenticated else ""


def _path(page: str) -> str:
    return page.partition("?")[0]
