"""One's own account."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts import people
from portal.accounts.access import PortalRequest, person_page
from portal.accounts.forms import AccountForm
from portal.ui.forms import form_page
from portal.ui.pages import Head


@person_page
def account_settings(request: PortalRequest) -> HttpResponseBase:
    """Name, mails, and the way to password, second factor and addresses."""
    user = request.user
    initial = {"name": user.name, "mails_notices": user.mails_notices}
    form = AccountForm(request.POST or None, initial=initial)
    if form.is_valid():
        people.rename(user, form.cleaned_data["name"])
        people.choose_mails(user, mails_notices=form.cleaned_data["mails_notices"])
        messages.success(request, _("Saved."))
        return redirect("accounts:account-settings")
    head = Head(_("Account settings"), above=user.email)
    return form_page(request, form, head=head, template="accounts/account_settings.html")
