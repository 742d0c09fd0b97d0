"""People, merchants, stores, products, notes and listings of the large world."""

from bench.large.filling import fill, run
from bench.large.size import LISTINGS, NOTES, PRODUCTS, Size
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from merchants.notes.models import Note
from merchants.stores.models import Store
from portal.accounts.models import Membership, Team, User

# Words by which titles are made, so that a search finds some, many or none.
WORDS = """
CREATE FUNCTION pg_temp.words(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['保湿','美白','防晒','清爽','轻薄','亲肤','抗皱','控油','修护','平价'])
            [1 + n % 10]
        || (ARRAY['面霜','精华','口红','香水','奶粉','推车','卫衣','靴子','台灯','茶叶','咖啡',
            '耳机','跑鞋'])[1 + n / 7 % 13]
        || (ARRAY['开箱','测评','教程','合集','好物','清单','对比'])[1 + n / 3 % 7] || ' ' || n
$$
"""


def make(size: Size) -> None:
    """Everybody and everything that stands in a shop window."""
    run(WORDS)
    _people(size)
    _companies(size)
    _stores(size)
    _products(size)
    _notes(size)
    _listings(size)


def _people(size: Size) -> None:
    name = "'n' || n"
    mail = "'n' || n || '@bench.example'"
    fill(User, f"generate_series(1, {size.merchants}) n", id="n", email=mail, name=name)
    for first, count, role in (
        (size.admin, 3, "admin"),
        (size.manager, 20, "account_manager"),
        (size.member, 50, ""),
    ):
        people = f"generate_series({first}, {first + count - 1}) n"
        fill(User, people, id="n", email=mail, name=name, platform_role=f"'{role}'")


def _companies(size: Size) -> None:
    every = f"generate_series(1, {size.merchants}) n"
    fill(Team, every, id="n", name="'商家 ' || n")
    fill(Membership, every, team="n", user="n", role="'owner'")
    colleagues = f"generate_series({size.member}, {size.member + 49}) n"
    role = "(ARRAY['operator', 'analyst', 'finance'])[1 + n % 3]"
    fill(Membership, colleagues, team="1", user="n", role=role)
    fill(
        Merchant,
        every,
        id="n",
        code="'bench-' || n",
        name="'商家 ' || n",
        credit_code="lpad(n::text, 18, '0')",
        status="CASE WHEN n % 50 = 7 THEN 'submitted' ELSE 'verified' END",
        team="n",
        account_manager=f"{size.manager} + n % 20",
        submitted_at="now() - n * interval '1 hour'",
        created_at="now() - n * interval '1 hour'",
    )


def _stores(size: Size) -> None:
    rows = f"generate_series(1, {size.merchants}) n, generate_series(0, 1) k"
    outside = "CASE k WHEN 1 THEN 'https://s' || n || '.tmall.com/' ELSE '' END"
    fill(
        Store,
        rows,
        id="2 * n - 1 + k",
        merchant="n",
        kind="CASE k WHEN 0 THEN 'in_app' ELSE 'tmall' END",
        name="'店铺 ' || n || '-' || k",
        external_id="'s' || n || '-' || k",
        url=outside,
        status="CASE WHEN n % 50 = 3 THEN 'verifying' ELSE 'verified' END",
    )
    fill(
        Store,
        "generate_series(1, 18) k",
        id=f"{2 * size.merchants} + k",
        merchant="1",
        kind="(ARRAY['tmall', 'jd', 'vip'])[1 + k % 3]",
        name="'店铺 1-' || (k + 1)",
        external_id="'s1-' || (k + 1)",
        url="'https://s1-' || k || '.tmall.com/'",
        status="'verified'",
    )


def _products(size: Size) -> None:
    categories = "(SELECT array_agg(id) AS ids FROM merchants_category) c"
    shown = {
        "external_id": "'p' || p",
        "title": "pg_temp.words(p)",
        "category": "c.ids[1 + p % cardinality(c.ids)]",
        "price_fen": "1000 + p % 90000",
    }
    of_others = f"generate_series({PRODUCTS}, {PRODUCTS * size.merchants - 1}) p"
    fill(Product, f"{of_others}, {categories}", id="p + 1", store="p / 2 + 1", **shown)
    first = PRODUCTS * size.merchants
    own = f"generate_series({first}, {first + size.products - 1}) p"
    store = f"CASE WHEN p % 20 < 2 THEN 1 + p % 20 ELSE {2 * size.merchants} - 1 + p % 20 END"
    fill(Product, f"{own}, {categories}", id="p + 1", store=store, **shown)


def _notes(size: Size) -> None:
    first = NOTES * size.merchants
    for rows, merchant in (
        (f"generate_series({NOTES}, {first - 1}) n", f"n / {NOTES} + 1"),
        (f"generate_series({first}, {first + size.notes - 1}) n", "1"),
    ):
        fill(
            Note,
            rows,
            id="n + 1",
            merchant=merchant,
            external_id="'n' || n",
            title="pg_temp.words(n)",
            author_name="'作者 ' || n % 500",
            kind="CASE WHEN n % 3 = 0 THEN 'video' ELSE 'image' END",
            published_at="now() - interval '1 day' - n * interval '3 minutes'",
        )


def _listings(size: Size) -> None:
    common = {
        "id": "l + 1",
        "code": "'b' || lpad(to_hex(l), 8, '0')",
        "has_ad_label": "true",
        "status": "(ARRAY['live','live','live','live','live','live','live','draft','paused',"
        "'ended'])[1 + l % 10]",
    }
    # Of each merchant every note has its four products at two placements.
    fill(
        Listing,
        f"generate_series({LISTINGS}, {LISTINGS * size.merchants - 1}) l",
        merchant=f"l / {LISTINGS} + 1",
        created_by=f"l / {LISTINGS} + 1",
        note=f"l / {LISTINGS // NOTES} + 1",
        product=f"l / {LISTINGS} * {PRODUCTS} + l % {PRODUCTS} + 1",
        placement=f"(ARRAY['note_body', 'comment_pinned'])[1 + l / {PRODUCTS} % 2]",
        **common,
    )
    first, product = LISTINGS * size.merchants, PRODUCTS * size.merchants
    fill(
        Listing,
        f"generate_series({first}, {first + size.listings - 1}) l",
        merchant="1",
        created_by="1",
        note=f"{NOTES * size.merchants} + (l - {first}) % {size.notes} + 1",
        product=f"{product} + (l - {first}) * 7 % {size.products} + 1",
        placement=f"(ARRAY['note_body', 'comment_pinned'])[1 + (l - {first}) / {size.notes} % 2]",
        **common,
    )
    live = "merchants_listing l WHERE status = 'live'"
    fill(ListingPeriod, live, listing="l.id", live_from="now() - interval '400 days'")
