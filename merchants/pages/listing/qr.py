"""The QR code of a listing's link, for posters, parcels and live rooms."""

import qrcode
from django.http import HttpResponse
from django.urls import reverse
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage

from merchants.listings.models import Listing
from portal.accounts import mails


def address(listing: Listing) -> str:
    """The whole address of the listing's link, as readers follow it."""
    return mails.address(reverse("merchants:link-follow", args=[listing.code]))


def picture(listing: Listing) -> HttpResponse:
    """The link as an SVG on white ground, which may lose a quarter of itself and is still read."""
    code = qrcode.make(
        address(listing), image_factory=SvgPathFillImage, error_correction=ERROR_CORRECT_Q
    )
    answer = HttpResponse(code.to_string(), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'inline; filename="notelink-{listing.code}.svg"'
    return answer
