"""What somebody typed into a form that could not be taken because his session was over, or because
he had signed in again since the form was opened: kept for him, and shown in the form again.

Every form says whose page it is on (`opened_by`, signed), so nobody else is shown what was typed.
It is kept in the session of the browser, which a login carries on: the newest MOST_FORMS, none
above MOST_CHARACTERS, for KEPT_FOR; never a secret, never a file.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal import clock

MARK = "opened_by"
KEPT_FOR = timedelta(hours=1)
MOST_CHARACTERS = 50_000
MOST_FORMS = 3

_SESSION_KEY = "typed"
_SECRETS = re.compile("password|passphrase|secret|token|otp", re.IGNORECASE)
_signer = Signer(salt="portal.ui.typed")


def mark_of(request: HttpRequest) -> str:
    """Whose page this is, for `opened_by` of its forms; empty when nobody is signed in."""
    user: Any = getattr(request, "user", None)
    return _signer.sign(str(user.pk)) if user and user.is_authenticated else ""


def opened_by(request: HttpRequest) -> str:
    """The id of the person on whose page the posted form was; empty when it does not say."""
    try:
        return _signer.unsign(request.POST.get(MARK, ""))
    except BadSignature:
        return ""


def page_of(request: HttpRequest) -> str:
    """The path and query of the page that the posted form was on."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return request.get_full_path()
    # Two slashes at the front would name another site.
    path = "/" + page.path.lstrip("/")
    return f"{path}?{page.query}" if page.query else path


def keep(request: HttpRequest) -> bool:
    """Keep what was posted until its page is opened again; whether there was anything to keep."""
    owner = opened_by(request)
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name not in {MARK, "csrfmiddlewaretoken"} and not _SECRETS.search(name)
    }
    size = sum(len(value) for values in typed.values() for value in values)
    if not owner or not size or size > MOST_CHARACTERS:
        return False
    path = page_of(request).partition("?")[0]
    others = [kept for kept in request.session.get(_SESSION_KEY, []) if kept["path"] != path]
    files = sorted(str(file) for name in request.FILES for file in request.FILES.getlist(name))
    kept = {"owner": owner, "path": path, "typed": typed, "files": files}
    request.session[_SESSION_KEY] = [*others, {**kept, "at": clock.now().isoformat()}][-MOST_FORMS:]
    return True


def ask_again(request: HttpRequest, kept: bool) -> HttpResponse:
    """Back to the page of a form whose person has signed in again since it was opened."""
    if not kept:
        messages.warning(request, _("You have signed in again meanwhile, so nothing was done yet."))
    return redirect(page_of(request))


def restore(request: HttpRequest, form: forms.BaseForm) -> None:
    """Show on a fresh `form` what its person had typed here before, once, and say so."""
    mine = None if form.is_bound else _take(request)
    if mine is None:
        return
    typed = QueryDict(mutable=True)
    for name, values in mine["typed"].items():
        typed.setlist(name, values)
    for name, field in form.fields.items():
        if not isinstance(field, forms.FileField):
            found = field.widget.value_from_datadict(typed, {}, form.add_prefix(name))
            form.initial[name] = found
    said = _("This is what you had typed before you signed in again. Nothing is saved yet.")
    if mine["files"]:
        said += " " + _("Choose the file again: %(files)s.") % {"files": ", ".join(mine["files"])}
    messages.warning(request, said)


def forget_others(request: HttpRequest, user: Any, **_more: object) -> None:
    """Listen to a login: what somebody else had typed leaves the session."""
    kept = request.session.get(_SESSION_KEY, [])
    if any(one["owner"] != str(user.pk) for one in kept):
        request.session[_SESSION_KEY] = [one for one in kept if one["owner"] == str(user.pk)]


def _take(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for this page and this person; it is kept no longer."""
    kept = request.session.get(_SESSION_KEY)
    user: Any = request.user
    if not kept:
        return None
    for one in kept:
        is_fresh = clock.now() - datetime.fromisoformat(one["at"]) < KEPT_FOR
        if is_fresh and one["path"] == request.path and one["owner"] == str(user.pk):
            request.session[_SESSION_KEY] = [other for other in kept if other is not one]
            return dict(one)
    return None
