"""Who may open a merchant's page: the decorator that stands before every one of them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from merchants.companies.models import Merchant
from portal.accounts.access import PortalRequest, enter, person_page

P = ParamSpec("P")
MerchantView = Callable[Concatenate[PortalRequest, Merchant, P], HttpResponseBase]
Door = Callable[..., HttpResponseBase]


def merchant_page(action: str) -> Callable[[MerchantView[P]], Door]:
    """A page under `/m/<merchant_code>/` for those whose role there allows `action`.

    Someone else's merchant is 404, like one that does not exist; one's own with too small a role
    is 403. The view gets the Merchant instead of its code; its template gets it, too.
    """

    def decorate(view: MerchantView[P]) -> Door:
        @person_page
        @wraps(view)
        def door(
            request: PortalRequest, /, merchant_code: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            visible = Merchant.objects.visible_to(request.user).select_related("team")
            merchant = get_object_or_404(visible, code=merchant_code)
            enter(request, action, of=merchant.team, merchant=merchant)
            return view(request, merchant, *args, **kwargs)

        return door

    return decorate
