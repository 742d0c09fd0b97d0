"""Report days and facts of the large world: of the busy merchant 400 days, of the others 30.

The facts of a day stand there once per window, in the order in which a run writes them; every model
credits the same orders, and the conversions are exactly those.
"""

from datetime import timedelta

from bench.large.filling import fill
from bench.large.size import DAYS, DAYS_OF_OTHERS, LISTINGS, NOTES, Size
from portal import clock
from reports.attribution import day_sums, publish
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import ConversionFact, CreditFact, ReportDay, Run, TouchFact

_KINDS = "ARRAY['order', 'order', 'order', 'refund', 'visit', 'cart', 'search', 'favourite']"
_TOUCHES = "ARRAY['view', 'view', 'like', 'collect', 'comment', 'share', 'click', 'click']"


def make(size: Size) -> None:
    """A run a day, its report days, and their facts."""
    last_on = clock.today() - timedelta(days=1)
    days = [last_on - timedelta(days=back) for back in range(DAYS)]
    publish.make_room(days)
    day = f"(DATE '{last_on}' - d)"
    every = f"generate_series(0, {DAYS - 1}) d"
    fill(
        Run,
        every,
        id="d + 1",
        first_on=day,
        last_on=day,
        code_version="'bench'",
        touchpoints_version="1",
        conversions_version="1",
        published_at="now()",
    )
    common = {"on": day, "run": "d + 1", "published_at": "now()"}
    fill(ReportDay, every, id="d + 1", merchant="1", **common)
    others = f"generate_series(2, {size.merchants}) n, generate_series(0, {DAYS_OF_OTHERS - 1}) d"
    place = f"{DAYS} + (n - 2) * {DAYS_OF_OTHERS} + d + 1"
    fill(ReportDay, others, id=place, merchant="n", **common)
    _facts(size, day)


def _facts(size: Size, day: str) -> None:
    a_day = size.credit_facts // DAYS // (len(Model) * len(WINDOWS))
    spread = f"(d * 7919 + j * 104729 + j / 3) % {size.listings}"
    at = {
        "on": day,
        "report_day_id": "d + 1",
        "merchant_id": "1",
        "listing_id": f"{LISTINGS * size.merchants} + {spread} + 1",
        "note_id": f"{NOTES * size.merchants} + {spread} % {size.notes} + 1",
        "boost_id": f"CASE WHEN {spread} < 2000 THEN {2 * size.merchants} + {spread} + 1 END",
        "placement": f"(ARRAY['note_body', 'comment_pinned'])[1 + {spread} / {size.notes} % 2]",
    }
    value = "CASE WHEN j % 8 < 3 THEN 9900 + j * 10 WHEN j % 8 = 3 THEN -5000 END"
    windows = ", ".join(f"({days})" for days in WINDOWS)
    fill(
        CreditFact,
        f"generate_series(0, {DAYS - 1}) d, generate_series(0, {a_day - 1}) j,"
        f" (VALUES {windows}) w (days) ORDER BY d, days, j",
        row=f"array_position(ARRAY{list(WINDOWS)}, w.days) * {a_day} + j",
        touched_on=f"{day} - j % w.days",
        least_age_us="3600000000",
        store_kind="(ARRAY['tmall', 'jd', 'vip', 'in_app'])[1 + j % 4]",
        kind=f"({_KINDS})[1 + j % 8]",
        level="(ARRAY['product', 'store', 'click_id'])[1 + j % 3]",
        window_days="w.days",
        **dict.fromkeys((model.micro for model in Model), "1000000 * (1 + j % 3)"),
        **dict.fromkeys((model.fen for model in Model), value),
        **at,
    )
    touches = 4 * a_day * 2
    of_note = {name: at[name] for name in at if name not in ("listing_id", "placement")}
    fill(
        TouchFact,
        f"generate_series(0, {DAYS - 1}) d, generate_series(0, {touches - 1}) j",
        row="j + 1",
        kind=f"({_TOUCHES})[1 + j % 8]",
        touchpoints="1 + j % 40",
        listing_ids=f"ARRAY[{at['listing_id']}]",
        **of_note,
    )
    _conversions()
    day_sums.add(list(ReportDay.objects.filter(merchant=1)))


def _conversions() -> None:
    """What the credit is part of, and as many orders again that no note explains."""
    summed = (
        '(SELECT "on", report_day_id, store_kind, kind, level, window_days,'
        " sum(last_touch_micro) / 1000000 AS conversions, sum(last_touch_fen) AS value_fen"
        " FROM reports_creditfact"
        " GROUP BY 1, 2, 3, 4, 5, 6) s, (VALUES (true), (false)) v (is_matched)"
    )
    fill(
        ConversionFact,
        summed,
        on='s."on"',
        report_day_id="report_day_id",
        row="row_number() OVER (PARTITION BY report_day_id)",
        merchant_id="1",
        store_id="2",
        store_kind="store_kind",
        kind="kind",
        level="CASE WHEN is_matched THEN level ELSE '' END",
        window_days="window_days",
        conversions="conversions",
        value_fen="value_fen",
    )
