"""What somebody pasted to find something: a product's or a store's address, a link of ours.

People paste what an app shares: an address between words, without its scheme, with marks behind.
Here an address only finds rows; what is kept and followed goes through `addresses` alone.
"""

import re

from merchants.marketplaces import addresses
from merchants.marketplaces.addresses import AddressRefused, RecognisedProduct
from portal import meaning

# The characters of an address; what is written in Chinese around it ends it.
_ADDRESS = re.compile(
    r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#][A-Za-z0-9\-._~:/?#@!$&'()*+;=%\[\]]*)?)",
    re.IGNORECASE,
)
_BEHIND = ".,;:!?'()[]"
_LINK = re.compile(r"/l/([0-9a-z]+)", re.IGNORECASE)


def product_in(text: str) -> RecognisedProduct | None:
    """The product whose address is in `text`; the first, when there are several."""
    for address in _addresses_in(text):
        try:
            return addresses.recognise(address)
        except AddressRefused:
            continue
    return None


def store_in(text: str) -> str:
    """The address of the store that is in `text`, as stores keep it; else empty."""
    for address in _addresses_in(text):
        try:
            return addresses.recognise_store(address).url
        except AddressRefused:
            continue
    return ""


def link_in(text: str) -> str:
    """The code of the listing's link that is in `text`, with its host or without; else empty."""
    found = _LINK.search(meaning.line(text))
    return found[1] if found else ""


def _addresses_in(text: str) -> list[str]:
    found = _ADDRESS.findall(meaning.line(text))
    return [f"https://{address.rstrip(_BEHIND)}" for address in found]
