"""Forms that change what exists: they carry the version they were opened on, and when there is a
newer one they show it beside what was typed instead of overwriting it."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model

from portal.refusals import Outdated

VERSION = "version"


class _VersionField(forms.CharField):
    """Clean, the version; on the page also what every field was then."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> str:
        return str(_read(value)[0])


def carry(form: forms.BaseForm) -> None:
    """Make `form` carry the `version` among its initial values; the verb gets it like a field."""
    form.fields[VERSION] = _VersionField(required=False)
    form.initial[VERSION] = json.dumps([form.initial[VERSION], _initially(form)])


def show_newer(form: forms.BaseForm, outdated: Outdated) -> None:
    """Show again what was typed, and the newer state beside it.

    A field that the person had left as it was takes the newer value. Saving once more then is his
    choice, about the version that he sees now.
    """
    form.newer = outdated  # type: ignore[attr-defined]
    posted: Any = form.data
    data = posted.copy()
    seen, now = _read(data.get(VERSION))[1], _initially(form)
    for name in now:
        if name in seen and _plain(form.cleaned_data.get(name)) == seen[name] != now[name]:
            _write(data, form, name)
    data[form.add_prefix(VERSION)] = form.initial[VERSION]
    form.data = data


def _write(data: Any, form: forms.BaseForm, name: str) -> None:
    """Put the newer value of a field where a browser would have put it."""
    value = form.fields[name].prepare_value(form.get_initial_for_field(form.fields[name], name))
    data.pop(form.add_prefix(name), None)
    if isinstance(value, list):
        data.setlist(form.add_prefix(name), list(map(str, value)))
    elif value is not None and value is not False:
        data[form.add_prefix(name)] = str(value)


def _initially(form: forms.BaseForm) -> dict[str, Any]:
    return {
        name: _plain(form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
        if name != VERSION
    }


def _plain(value: Any) -> Any:
    """A value as it is compared and written down."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        # However many decimals its column has.
        return f"{value.normalize():f}"
    return str(value) if isinstance(value, (date, UUID)) else value


def _read(carried: Any) -> tuple[str, dict[str, Any]]:
    """The version, and what every field was; empty where that was not sent, which is no version."""
    try:
        version, seen = json.loads(carried or "")
        return str(version), dict(seen)
    except (TypeError, ValueError, RecursionError):
        return "", {}
