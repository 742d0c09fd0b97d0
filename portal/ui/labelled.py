"""What was typed into a form of another page, told as that form would: labels, names of rows."""

import copy
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from portal.ui.unsent import SECRETS, Unsent

# Characters of a value that are shown.
MOST_SHOWN = 200


class FormAlone(HttpResponse):
    """The answer of a page to whoever wants its `form` and no page."""

    def __init__(self, form: forms.BaseForm) -> None:
        super().__init__()
        self.form = form


def is_wanted(request: HttpRequest) -> bool:
    """Whether the form of the page is wanted, and no page."""
    return bool(getattr(request, "wants_form", False))


def lines(request: HttpRequest, unsent: Unsent) -> list[tuple[str, str]]:
    """Label and value of each field that a person filled in, in the order of the form.

    Empty where `unsent` came from no form: then it was the press of a button.
    """
    form, data = _form_at(request, unsent.url), unsent.data
    if form is None:
        return []
    shown = ((field, _shown(field, data)) for field in form.visible_fields())
    return [(str(field.label), value[:MOST_SHOWN]) for field, value in shown if value]


def _form_at(request: HttpRequest, url: str) -> forms.BaseForm | None:
    """The form of the page at `url`, as the person of `request` gets it."""
    address = urlsplit(url)
    asked: Any = copy.copy(request)
    asked.method, asked.path, asked.path_info = "GET", address.path, address.path
    asked.GET, asked.POST = QueryDict(address.query), QueryDict()
    asked.wants_form = True
    try:
        asked.resolver_match = match = resolve(address.path)
        answer = match.func(asked, *match.args, **match.kwargs)
    except (Http404, Resolver404, PermissionDenied, ReauthenticationRequired):
        return None
    if isinstance(answer, FormAlone):
        return answer.form
    context: Mapping[str, Any] = getattr(answer, "context_data", None) or {}
    form = context.get("form")
    return form if isinstance(form, forms.BaseForm) else None


def _shown(bound: BoundField, data: QueryDict) -> str:
    """A value as people read it; empty where nothing was typed, or nobody may read it."""
    field = bound.field
    is_secret = isinstance(field.widget, forms.PasswordInput) or SECRETS.search(bound.html_name)
    if is_secret or isinstance(field, forms.FileField):
        return ""
    raw = field.widget.value_from_datadict(data, {}, bound.html_name)
    if isinstance(field, forms.BooleanField):
        return _("yes") if raw else ""
    try:
        value = field.clean(raw)
    except ValidationError:
        value = raw
    chosen: list[Any] = list(value) if isinstance(value, (list, QuerySet)) else [value]
    if isinstance(field, forms.ModelChoiceField) and all(isinstance(one, Model) for one in chosen):
        return " · ".join(str(field.label_from_instance(one)) for one in chosen)
    if isinstance(field, forms.ChoiceField):
        known = dict(_flat(field))
        return " · ".join(str(known.get(str(one), "")) for one in chosen)
    return "" if raw is None else str(raw).strip()


def _flat(field: forms.ChoiceField) -> list[tuple[str, Any]]:
    """The choices of a field, groups opened."""
    flat: list[tuple[str, Any]] = []
    choices: Any = field.choices
    for value, label in choices:
        inner = label if isinstance(label, (list, tuple)) else [(value, label)]
        flat += [(str(one), told) for one, told in inner]
    return flat
