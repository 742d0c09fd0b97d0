"""One's own account."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts import people, versions
from portal.accounts.access import PortalRequest, person_page
from portal.accounts.forms import AccountForm
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head


@person_page
def account_settings(request: PortalRequest) -> HttpResponseBase:
    """Name, mails, and the way to password, second factor and addresses."""
    user = request.user
    form = AccountForm(request.POST or None, initial=versions.shown(user, "name", "mails_notices"))
    carry(form)
    if form.is_valid():
        typed = form.cleaned_data
        with refusals_on(form):
            people.rename(user, typed["name"], version=typed["version"])
            people.choose_mails(user, mails_notices=typed["mails_notices"])
            messages.success(request, _("Saved."))
            return redirect("accounts:account-settings")
    head = Head(_("Account settings"), above=user.email)
    return form_page(request, form, head=head, template="accounts/account_settings.html")
