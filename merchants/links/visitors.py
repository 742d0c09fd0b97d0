"""Who follows a link: a reader, a machine, or a browser that only looks ahead.

Machines are known by what they call themselves: the kept list of crawlers, a program without a
device, the address of its operator. The names of devices are no such sign: a CUBOT is a phone.
"""

import re
from functools import lru_cache

from crawleruseragents import is_crawler
from django.http import HttpRequest

# What the list cannot name one by one. A program that calls no device its own, as browsers and
# apps do in brackets, is a library; the two libraries that do name one are the systems' own.
_LIBRARY = re.compile(r"^[^(]*$|^Dalvik/|\bCFNetwork/")
_SAYS_SO = re.compile(r"https?://|\bpreview|spider\b|crawler|bot\b|headless", re.IGNORECASE)
# Where Android names the device.
_DEVICE = re.compile(r"\([^()]*Android[^()]*\)")


# No browser's name is longer. What is kept of strangers has a bound.
_MOST_CHARACTERS = 1_000


def is_machine(user_agent: str) -> bool:
    """Whether a program opened the link by itself; readers of in-app browsers are readers."""
    return _is_machine(user_agent[:_MOST_CHARACTERS])


# To look a name up costs more than all the rest of a click; names come again.
@lru_cache(maxsize=1 << 14)
def _is_machine(user_agent: str) -> bool:
    said = _DEVICE.sub("(Android)", user_agent)
    return bool(_LIBRARY.search(said) or _SAYS_SO.search(said) or is_crawler(user_agent))


def follows(request: HttpRequest) -> bool:
    """Whether the request follows the link, and is no look at where it leads (HEAD, prefetch)."""
    names = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    ahead = " ".join(request.headers.get(name, "") for name in names)
    return request.method == "GET" and not re.search("prefetch|preview", ahead, re.IGNORECASE)
