"""Exposure: what readers did with notes, on the day they did it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.metrics.meanings import TOUCH_DAY, Additive, Grain, Population
from reports.metrics.metric import Metric, Unit
from reports.metrics.sums import Sums

TOUCHES = _("touchpoint facts: the community's events on notes with a live listing")


def _touches(
    code: str,
    zh: str,
    en: str,
    formula: Promise,
    *kinds: str,
    population: Population = Population.TOUCHES,
) -> Metric[Sums]:
    return Metric(
        code, zh, en, formula, Unit.COUNT, False, population, Grain.EXPOSURE, TOUCH_DAY, TOUCHES,
        lambda s: s.touched(*kinds), additive=Additive.SHARED, version=2,
    )  # fmt: skip


READS = _touches(
    "reads", "阅读量", "Reads", _("Times a note with a live listing was opened."), "view"
)
ENGAGEMENTS = _touches(
    "engagements4",
    "互动量（赞藏评转）",
    "Engagements (4)",
    _("Likes + saves + comments + shares of notes with a live listing. Follows are not in it."),
    *("like", "collect", "comment", "share"),
)
AUTHOR_FOLLOWS = _touches(
    "author_follows",
    "新增关注（笔记带来）",
    "Follows from notes",
    _("Times a reader began to follow the author at a note with a live listing. Follows of stores"
      " are others."),
    "follow",
)  # fmt: skip
CLICKS = _touches(
    "clicks",
    "商品点击量",
    "Product clicks",
    _("Times a reader clicked a product linked to a note."),
    "click",
)
REPEATED_CLICKS = _touches(
    "repeated_clicks",
    "重复点击",
    "Repeated clicks",
    _(
        "Clicks that followed a click of the same reader on the same listing within 10 seconds."
        " They are counted here, are not among the product clicks and earn no credit."
    ),
    "repeated_click",
    population=Population.CLICKS_ASIDE,
)
MACHINE_CLICKS = _touches(
    "machine_clicks",
    "机器点击",
    "Machine clicks",
    _(
        "Openings of a link by programs: crawlers, link previews, scripts. They are counted here,"
        " are not among the product clicks and earn no credit."
    ),
    "machine_click",
    population=Population.CLICKS_ASIDE,
)
