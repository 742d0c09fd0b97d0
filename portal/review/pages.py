"""The page on which the platform decides about one thing a merchant has handed in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.ui.forms import form_page, refusals_on


def review_page(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    decide: Callable[..., object],
    *,
    to: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show `form`; on POST call `decide` with its values and go to the list `to`."""
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            decide(**form.cleaned_data)
            messages.success(request, _("Decided; the merchant has been told."))
            return redirect(to)
    return form_page(request, form, template=template, context=context)
