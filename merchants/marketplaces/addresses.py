"""The marketplaces' addresses: which hosts are theirs, and what a product's address says.

Every address is read by a WHATWG parser, as browsers do, and the host is compared whole: a test
for a suffix or a part of it lets look-alikes through. What leaves this module is never the text
that came in but an address built here from the marketplace's own host and the product's id, and
written by the parser itself.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import ada_url
from django.utils.translation import gettext as _

from merchants.marketplaces.kinds import StoreKind
from portal.refusals import Refusal

_TAOBAO_ID = r"[A-Za-z0-9_-]{6,64}"
_SKU = r"[0-9]{1,19}"
_NOT_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")


class RecognisedProduct(NamedTuple):
    """`external_id` is the product's id at the marketplace, `url` its canonical address."""

    kind: StoreKind
    external_id: str
    url: str


class RecognisedStore(NamedTuple):
    kind: StoreKind
    url: str


@dataclass(frozen=True)
class ItemForm:
    """How one host writes a product's address: the id is in the path or in a query parameter."""

    kind: StoreKind
    path: re.Pattern[str]
    query_key: str = ""
    query_id: str = _SKU


def _taobao(kind: StoreKind, path: str = r"/{1,2}item\.htm") -> ItemForm:
    return ItemForm(kind, re.compile(path), "id", _TAOBAO_ID)


def _jd(path: str = rf"/(?P<id>{_SKU})\.html", query_key: str = "") -> ItemForm:
    return ItemForm(StoreKind.JD, re.compile(path), query_key)


def _vip(page: str) -> ItemForm:
    return ItemForm(StoreKind.VIP, re.compile(rf"/{page}-[0-9]+-(?P<id>{_SKU})\.html"))


_H5_DETAIL = r"/awp/core/detail\.htm"
_JD_MOBILE = _jd(rf"/product/(?P<id>{_SKU})\.html")

# The only hosts a product's address may have (partner facts 7.1), each with its forms.
ITEM_HOSTS: dict[str, tuple[ItemForm, ...]] = {
    "item.taobao.com": (_taobao(StoreKind.TAOBAO),),
    "world.taobao.com": (
        ItemForm(StoreKind.TAOBAO, re.compile(rf"/item/(?P<id>{_TAOBAO_ID})\.htm")),
    ),
    "main.m.taobao.com": (_taobao(StoreKind.TAOBAO, r"/security-h5-detail/home"),),
    "h5.m.taobao.com": (_taobao(StoreKind.TAOBAO, _H5_DETAIL),),
    "detail.tmall.com": (_taobao(StoreKind.TMALL, r"/{1,2}item(_o)?\.htm"),),
    "detail.m.tmall.com": (_taobao(StoreKind.TMALL),),
    "chaoshi.detail.tmall.com": (_taobao(StoreKind.TMALL),),
    "detail.tmall.hk": (_taobao(StoreKind.TMALL, r"(/hk|/)?/item\.htm"),),
    "detail.liangxinyao.com": (_taobao(StoreKind.TMALL),),
    "h5.m.tmall.com": (_taobao(StoreKind.TMALL, _H5_DETAIL),),
    "item.jd.com": (_jd(),),
    "i-item.jd.com": (_jd(),),
    "item.m.jd.com": (_JD_MOBILE, _jd(r"/ware/view\.action", "wareId")),
    "wqitem.jd.com": (_jd(r"/item/view", "sku"),),
    "item.jd.hk": (_jd(),),
    "npcitem.jd.hk": (_jd(),),
    "pcitem.jd.hk": (_jd(),),
    "mitem.jd.hk": (_JD_MOBILE,),
    "item.yiyaojd.com": (_jd(),),
    "item.jkcsjd.com": (_jd(),),
    "item.jingdonghealth.cn": (_jd(),),
    "detail.vip.com": (_vip("detail"),),
    "www.vip.com": (_vip("detail"),),
    "m.vip.com": (_vip("product"),),
    "www.vipglobal.hk": (_vip("detail"),),
}

# One address per product, whatever form it was pasted in. The brand in a Vipshop address may be 0.
_CANONICAL = {
    StoreKind.TAOBAO: ("https://item.taobao.com/item.htm?id={}", _TAOBAO_ID),
    StoreKind.TMALL: ("https://detail.tmall.com/item.htm?id={}", _TAOBAO_ID),
    StoreKind.JD: ("https://item.jd.com/{}.html", _SKU),
    StoreKind.VIP: ("https://m.vip.com/product-0-{}.html", _SKU),
}

# Short and tracking links say nothing about the product until someone opens them.
OPAQUE_HOSTS = frozenset(
    {
        "m.tb.cn", "e.tb.cn", "c.tb.cn", "s.tb.cn", "ace.tb.cn", "s.click.taobao.com",
        "uland.taobao.com", "u.jd.com", "3.cn", "3.jd.hk", "union-click.jd.com", "jingfen.jd.com",
        "linkst.m.jd.com", "t.vip.com", "click.union.vip.com",
    }
)  # fmt: skip

# Hosts of the marketplaces themselves under the same domains as their merchants' stores.
_NOT_A_STORE = frozenset(
    {
        "www", "m", "h5", "item", "detail", "login", "passport", "s", "list", "search", "ai",
        "uland", "temai", "world", "click", "chaoshi", "pages", "u", "union", "jingfen", "coupon",
        "so", "cart", "i-item", "wqitem", "union-click", "star-link",
    }
)  # fmt: skip
_STORE_NAME = r"(?P<name>[a-z0-9][a-z0-9-]{0,62})"
_STORE_HOSTS = (
    (StoreKind.TAOBAO, re.compile(rf"{_STORE_NAME}\.taobao\.com"), re.compile(r"/.*")),
    (StoreKind.TMALL, re.compile(rf"{_STORE_NAME}\.tmall\.(com|hk)"), re.compile(r"/.*")),
    (StoreKind.JD, re.compile(r"mall\.jd\.com"), re.compile(r"/index-[0-9]+\.html")),
    (StoreKind.JD, re.compile(rf"{_STORE_NAME}\.jd\.(com|hk)"), re.compile(r"/")),
    (StoreKind.VIP, re.compile(r"list\.vip\.com"), re.compile(r"/[0-9]+\.html")),
    (StoreKind.VIP, re.compile(r"(www|m)\.vip\.com"), re.compile(r"/(brand|shop)-[0-9]+.*\.html")),
)


class AddressRefused(Refusal):
    """The address is not one of a marketplace's own, or not of the kind asked for."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="url")


def parse(text: str) -> ada_url.URL:
    """The https address in `text`. Raises AddressRefused for anything a browser might read
    differently from a person: other schemes, user names, ports, escapes in the host.
    """
    text = text.strip()
    if _NOT_AN_ADDRESS.search(text):
        raise AddressRefused(_("Paste one address only, without spaces or other characters."))
    try:
        url = ada_url.URL(text)
    except ValueError as error:
        raise AddressRefused(_("This is not an address. Copy it from the browser.")) from error
    if url.protocol != "https:":
        raise AddressRefused(_("The address has to start with https://."))
    # The host as typed must be the host as read; what may follow it is the path, nothing else.
    typed = re.fullmatch(r"https://([^/?#]*)([/?#].*)?", text, re.IGNORECASE)
    if typed is None or typed[1].lower() != url.host or not re.fullmatch(r"[a-z0-9.-]+", url.host):
        raise AddressRefused(
            _("“%(host)s” is not a plain host name. Copy the address from the browser.")
            % {"host": (typed[1] if typed else text)[:80]}
        )
    if url.host.startswith("xn--") or ".xn--" in url.host:
        raise AddressRefused(_("“%(host)s” imitates other letters.") % {"host": url.host})
    return url


def recognise(url: str) -> RecognisedProduct:
    """Kind, id and canonical address of the product at `url`. Raises AddressRefused."""
    parsed = parse(url)
    if parsed.host in OPAQUE_HOSTS:
        raise AddressRefused(
            _(
                "Short and tracking links do not say which product they lead to. Open it and copy "
                "the address of the product page."
            )
        )
    forms = ITEM_HOSTS.get(parsed.host)
    if forms is None:
        raise AddressRefused(
            _("“%(host)s” is not a product page of Taobao, Tmall, JD or Vipshop.")
            % {"host": parsed.host}
        )
    for form in forms:
        external_id = _item_id(parsed, form)
        if external_id:
            return RecognisedProduct(
                form.kind, external_id, product_url(form.kind, external_id=external_id)
            )
    raise AddressRefused(_("This address of %(host)s names no product.") % {"host": parsed.host})


def product_url(kind: str, *, external_id: str) -> str:
    """The canonical address of a marketplace's product. Raises AddressRefused for a bad id."""
    template, valid = _CANONICAL[StoreKind(kind)]
    if not re.fullmatch(valid, external_id):
        raise AddressRefused(
            _("“%(id)s” is not a product id of %(kind)s.")
            % {"id": external_id[:80], "kind": StoreKind(kind).label}
        )
    return ada_url.URL(template.format(external_id)).href


def recognise_store(url: str) -> RecognisedStore:
    """Kind and address of the store at `url`. Raises AddressRefused."""
    parsed = parse(url)
    for kind, host, path in _STORE_HOSTS:
        match = host.fullmatch(parsed.host)
        is_store = match and match.groupdict().get("name") not in _NOT_A_STORE
        if is_store and path.fullmatch(parsed.pathname):
            return RecognisedStore(kind, f"https://{parsed.host}{parsed.pathname}")
    raise AddressRefused(
        _("“%(host)s” is not a store's address at Taobao, Tmall, JD or Vipshop.")
        % {"host": parsed.host}
    )


def _item_id(url: ada_url.URL, form: ItemForm) -> str:
    """The product's id in `url`, or "" when it is not of this form or names several."""
    match = form.path.fullmatch(url.pathname)
    if match is None:
        return ""
    if not form.query_key:
        return match["id"]
    ids = set(ada_url.URLSearchParams(url.search).get_all(form.query_key))
    if len(ids) > 1:
        raise AddressRefused(_("This address names more than one product."))
    external_id = ids.pop() if ids else ""
    return external_id if re.fullmatch(form.query_id, external_id) else ""
