"""A fund's page for its partner: the code, then the statement of a month with its burn-down."""

import json
from ipaddress import ip_network

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.pages.sharing.doors import guest_of, let_in, let_out, partner_page
from campaigns.pages.sharing.forms import CodeForm
from campaigns.pages.sharing.tables import SharedLineTable
from campaigns.sharing import drawing, files, verbs
from campaigns.sharing.drawing import Day, Drawn
from campaigns.sharing.models import FundGuest, Read
from campaigns.statements import months
from campaigns.statements.months import Month
from portal import words
from portal.accounts import attempts, clients
from portal.ui import errors, exports
from portal.ui.forms import form_page
from portal.ui.pages import Head
from portal.ui.views import table_page

# Of an IPv6 address the part that a provider has, of an IPv4 one a street of neighbours.
_SHORT = {4: 24, 6: 48}


@partner_page
def partner_enter(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code. Wrong ones are counted by network, and after a few none is read."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The network stands for the account: a stranger's guesses keep no partner out.
        tried = attempts.begin(request, f"fund code of {clients.network_of(request)}")
        guest = verbs.who_has(form.cleaned_data["code"]) if tried else None
        if guest and tried:
            tried.take_back()
            response = redirect("campaigns:partner-fund")
            let_in(response, guest)
            return response
        form.add_error("code", _wrong() if tried else _too_many())
    head = Head(_("Books of a fund"), lead=_("Type the code that was mailed to you."))
    answer = form_page(request, form, head=head, submit=_("Open the books"))
    answer["Referrer-Policy"] = "same-origin"
    return answer


@partner_page
@require_safe
def partner_fund(request: HttpRequest) -> HttpResponseBase:
    """The statement of `?month=` (this one, if none), and as a file with `?export=csv`."""
    guest = guest_of(request)
    month = months.read(request.GET.get("month", str(months.this())))
    if month is None or month > months.this():
        raise Http404
    if not verbs.may_read(guest):
        text = _("Wait a minute, then read on.")
        refused = errors.error_page(request, 429, _("This was read too often"), text)
        refused["Retry-After"] = "60"
        return refused
    drawn = drawing.draw(guest.fund, month)
    is_file = request.GET.get("export") == "csv"
    _note(request, guest, Read.FILE if is_file else Read.PAGE, month)
    if is_file:
        return _file(drawn)
    answer = table_page(
        request,
        SharedLineTable,
        drawn.lines,
        head=Head(str(guest.fund), above=_("Books of a fund")),
        template="campaigns/partner_fund.html",
        context={
            "guest": guest,
            "drawn": drawn,
            "chart": _chart(drawn.days),
            "is_now": month == months.this(),
            "earlier": month.before,
            "later": month.next if month < months.this() else None,
        },
    )
    # For the button that leaves it.
    answer["Referrer-Policy"] = "same-origin"
    return answer


@partner_page
@require_POST
def partner_leave(request: HttpRequest) -> HttpResponseBase:
    """Forget the guest in this browser, as on a computer that others use."""
    response = redirect("campaigns:partner-enter")
    let_out(response)
    return response


def _note(request: HttpRequest, guest: FundGuest, what: Read, month: Month) -> None:
    verbs.note_reading(guest, what, month=str(month), network=_shortened(request))


def _shortened(request: HttpRequest) -> str:
    """Whence somebody reads, without its last part: “203.0.113.0/24”; empty when it is unknown."""
    address = clients.address_of(request)
    if not address:
        return ""
    whole = ip_network(address)
    return str(ip_network((address, _SHORT[whole.version]), strict=False))


def _file(drawn: Drawn) -> HttpResponseBase:
    lines = exports.with_mark(exports.csv_lines(files.table(drawn)))
    answer = HttpResponse("".join(lines), content_type=exports.CSV)
    name = f"fund-{drawn.fund.code}-{drawn.month}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chart(days: list[Day]) -> str:
    """What is drawn, captured and left by day, for `charts.js`."""
    series = [
        (_("Drawn, and not given back"), [day.drawn_fen for day in days]),
        (_("Captured of it"), [day.stand.spent_fen for day in days]),
        (_("Left to grant"), [day.stand.left_fen for day in days]),
    ]
    told = [
        {
            "name": name,
            "kind": "line",
            "unit": "fen",
            # All are money: one axis.
            **({"beside": 0} if number else {}),
            "values": [float(words.in_yuan(fen)) for fen in values],
            "texts": [words.yuan(fen) for fen in values],
        }
        for number, (name, values) in enumerate(series)
    ]
    return json.dumps({"days": [day.on.isoformat() for day in days], "series": told})


def _wrong() -> str:
    return _("This code opens nothing: it is mistyped, expired or revoked. Ask for a new one.")


def _too_many() -> str:
    return _("Too many wrong codes came from here. Try again later.")
