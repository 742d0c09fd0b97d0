"""The facts of a question as SQL, for what needs more than sums: an order, or all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from psycopg import sql

from merchants.catalogue.models import Product
from merchants.listings.models import Listing
from merchants.stores.models import Store
from portal.ui import turning
from reports.answers import exposure, within
from reports.answers.facts import Facts
from reports.answers.question import By
from reports.answers.spend import COLUMNS, NOTHING
from reports.answers.statements import statement
from reports.answers.summing import COLUMN
from reports.attribution.choices import Model
from reports.attribution.fact import Fact
from reports.metrics import registry as metrics
from reports.metrics.meanings import KEPT, UNASSUMED
from reports.metrics.registry import Metric
from reports.metrics.sums import ORDER, Sums
from reports.metrics.terms import SUMS, Term

# Metrics, each with whether the highest comes first; unknown values come last, and what is equal is
# ordered by its key.
Order = tuple[tuple[Metric[Sums], bool], ...]

# By credited GMV, then by credited orders.
DEFAULT_ORDER: Order = ((metrics.GMV, True), (metrics.ORDERS, True))

_RISING = sql.SQL("coalesce(({})::numeric, 'Infinity')")
_FALLING = sql.SQL("coalesce(-({})::numeric, 'Infinity')")
_SHOWN = sql.SQL("CASE WHEN NOT ({hidden}) THEN {term} END")
_OF_STORES = sql.SQL(
    "key IN (SELECT {own} FROM {listings} AS listing"
    " JOIN {products} AS product ON product.id = listing.product_id"
    " JOIN {stores} AS store ON store.id = product.store_id"
    " WHERE listing.merchant_id = %(merchant)s AND store.kind IN ({kinds}))"
)
# An index finds some. Many are joined: PostgreSQL weighs each of an array for each month before it
# begins, and the sum keeps the index, which would find them one by one, out of it.
_NOTHING = sql.SQL("NULL::integer")
# Credit with the product of its listing.
_OF_PRODUCTS = sql.SQL(
    "(SELECT fact.*, listing.product_id FROM {table} AS fact"
    " JOIN merchants_listing AS listing ON listing.id = fact.listing_id) AS sold"
)
_ALL, _SOME = sql.SQL("TRUE"), sql.SQL("{key} = ANY(%(keys)s::bigint[])")
_MANY = sql.SQL("{table} JOIN unnest(%(keys)s::bigint[]) AS asked (asked) ON asked = {key} + 0")


_CREDITED, _TOUCHED = statement("credited"), statement("touched")
_BY_MODEL = statement("credited_by_model")
_TOUCH_DAYS = sql.SQL(
    "touched_on BETWEEN %(first_on)s AND %(last_on)s AND touched_on <> ALL(%(left_out)s::date[])"
)


@dataclass(frozen=True)
class FactSql:
    """The facts of a breakdown, all of them or those of `keys`, each of which is named once."""

    facts: Facts
    by: By
    keys: Sequence[int] | None = None

    @property
    def is_sampled(self) -> bool:
        return self.facts.sampling.is_any

    @property
    def sample(self) -> sql.Composable:
        """The columns of a sample, behind others; none where everything came."""
        columns = (sql.Identifier(name) for name in self.facts.sampling.columns)
        return sql.SQL("").join(sql.SQL(", {}").format(column) for column in columns)

    @cached_property
    def names(self) -> dict[str, sql.Composable]:
        """What statements call `credited`, `touched` and `spent`."""
        return {**self._read, "spent": self._spent()}

    @cached_property
    def _read(self) -> dict[str, sql.Composable]:
        touches = exposure.table_of(self.facts.question, self.by)
        model = self.facts.question.model
        credited = self._credited(
            _CREDITED,
            micro=sql.Identifier(model.micro),
            fen=sql.Identifier(model.fen),
            assisted=self._assists(model),
        )
        return {"credited": credited, "touched": self._touched(touches)}

    @cached_property
    def names_by_model(self) -> dict[str, sql.Composable]:
        """The same, where `credited` has a row for each model; the cost is the same under all."""
        sides = [
            sql.SQL("({}, {}, {}, {})").format(
                sql.Literal(model.value),
                sql.Identifier(model.micro),
                sql.Identifier(model.fen),
                self._assists(model),
            )
            for model in Model
        ]
        return {
            **self._read,
            "spent": NOTHING,
            "credited": self._credited(_BY_MODEL, models=sql.SQL(", ").join(sides)),
        }

    @property
    def has_spend(self) -> bool:
        """Whether any of the keys may have cost something."""
        return self.by in COLUMNS and self.facts.spending.is_any

    @property
    def has_worth(self) -> bool:
        """Whether it is known what sales leave."""
        return self.facts.worth.is_any

    @property
    def kept(self) -> dict[str, sql.Composable]:
        """What statements call what orders leave."""
        return {
            "factor": self.facts.worth.in_sql,
            "kept": sql.Literal(KEPT),
            "unassumed": sql.Literal(UNASSUMED),
            "order": sql.Literal(ORDER),
        }

    def _spent(self) -> sql.Composable:
        column = sql.Identifier("day", COLUMN[self.by])
        among = None if self.keys is None else _SOME.format(key=column)
        return self.facts.spending.query(self.by, among)

    def _assists(self, model: Model) -> sql.Composable:
        """What counts assists under a model; null where nothing does."""
        column = None if self.by == By.BOOST else self.facts.assists.column(self.by, model)
        return sql.Identifier(column) if column else _NOTHING

    def _credited(self, query: sql.SQL, **names: sql.Composable) -> sql.Composed:
        of_touches = _TOUCH_DAYS if self.facts.question.is_by_touch else _ALL
        credit = self.facts.table_of_credit(self.by)
        return self._of(credit, query, of_touches=of_touches, sample=self.sample, **names)

    def _touched(self, touches: type[Fact]) -> sql.Composed:
        if not self.by.shares_touches:
            once = sql.Identifier("touchpoints")
            return self._of(touches, _TOUCHED, once=once, sample=self.sample)
        table = sql.Identifier(touches._meta.db_table)
        facts, among = exposure.shared_facts(self.by, table, of_keys=self.keys is not None)
        return _TOUCHED.format(
            key=exposure.SHARED_KEY, once=exposure.ONCE, facts=facts, among=self._within(among),
            sample=self.sample,
        )  # fmt: skip

    def _of(self, facts: type[Fact], query: sql.SQL, **names: sql.Composable) -> sql.Composed:
        key = sql.Identifier(COLUMN[self.by])
        table: sql.Composable = sql.Identifier(facts._meta.db_table)
        if self.by == By.PRODUCT:
            table = _OF_PRODUCTS.format(table=table)
        if self.keys is None:
            return query.format(key=key, facts=table, among=self._within(_ALL), **names)
        if len(self.keys) <= turning.MOST_COUNTED:
            some = self._within(_SOME.format(key=key))
            return query.format(key=key, facts=table, among=some, **names)
        many = _MANY.format(table=table, key=key)
        return query.format(key=key, facts=many, among=self._within(_ALL), **names)

    def _within(self, among: sql.Composable) -> sql.Composed:
        """Of those among them, what is asked for."""
        own = within.facts_in_sql(self.facts.question)
        return sql.SQL("{} AND {}").format(among, own)

    def hidden(self, metric: Metric[Sums]) -> sql.Composable | None:
        """Whether a key has a dash in place of `metric`, since nobody sends what that is made of;
        None where no key has one."""
        connected = self.facts.connected
        if metric.kinds & connected.lacking:
            return _ALL
        of_stores = self.by in (By.LISTING, By.PRODUCT)
        kinds = connected.partly(metric) if of_stores else []
        if not kinds:
            return None
        return _OF_STORES.format(
            own=sql.Identifier("listing" if self.by == By.LISTING else "product", "id"),
            listings=sql.Identifier(Listing._meta.db_table),
            products=sql.Identifier(Product._meta.db_table),
            stores=sql.Identifier(Store._meta.db_table),
            kinds=sql.SQL(", ").join(map(sql.Literal, kinds)),
        )

    def rising(self, order: Order) -> list[sql.Composed]:
        """What the keys are put in order by; each rises where the order goes on."""
        return [
            rising(term_of(metric), is_descending=is_descending, hidden=self.hidden(metric))
            for metric, is_descending in order
        ]

    def ask(self, composed: sql.Composable, params: dict[str, Any]) -> list[Any]:
        """The rows of a statement that is made of `names`."""
        asked = self.facts.question
        given: dict[str, Any] = {
            "merchant": asked.merchant.pk,
            "first_on": asked.first_on,
            "last_on": asked.last_on,
            "first_order_on": asked.order_days[0],
            "last_order_on": asked.order_days[1],
            "report_days": self.facts.report_day_pks,
            "left_out": self.facts.left_out,
            "window_days": asked.window_days,
            **self.facts.spending.params,
            **within.params(asked),
            # Very many numbers are dumped one by one; a text of them is not.
            "keys": None if self.keys is None else f"{{{','.join(map(str, self.keys))}}}",
        }
        with connection.cursor() as cursor:
            cursor.execute(composed, given | params)
            rows: list[Any] = cursor.fetchall()
        return rows


def term_of(metric: Metric[Sums]) -> Term:
    term: Any = metric.of(SUMS)
    assert isinstance(term, Term)
    return term


def rising(
    term: Term, *, is_descending: bool, hidden: sql.Composable | None = None
) -> sql.Composed:
    """`term` as one that rises where the order goes on; what is unknown comes last, and so do the
    keys of which it is `hidden`: their order tells nothing of it."""
    shown = term.sql if hidden is None else _SHOWN.format(hidden=hidden, term=term.sql)
    return (_FALLING if is_descending else _RISING).format(shown)
