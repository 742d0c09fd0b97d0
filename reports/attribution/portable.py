"""DuckDB's SQL in Spark's words: the portable subset is checked, then sqlglot translates it.

What is refused here was seen to come out as something else, without an error (docs/attribution.md).
A statement keeps its parameters and variables as values: Spark's session knows neither.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlglot
from sqlglot import exp

# What DuckDB calls it, and what Spark does.
FUNCTIONS = {"epoch_us": "UNIX_MICROS"}
# What reads values of the statement, see `spark_sql`.
_VALUES = "getvariable"
# A name that says that a number may be below zero.
_SIGNED = "sign"


class NotPortable(Exception):
    """A statement has what another engine would silently read in another way, by name."""


def parsed(text: str) -> exp.Expr:
    """A statement of DuckDB, as a tree."""
    return sqlglot.parse_one(text, read="duckdb")


def faults(tree: exp.Expr, macros: Mapping[str, exp.Create]) -> list[str]:
    """What in the statement is not in the portable subset, by name; `macros` may be called."""
    return sorted({fault for find in _FINDERS for fault in find(tree)} | _unknown(tree, macros))


def spark_sql(
    tree: exp.Expr,
    *,
    values: Mapping[str, Any],
    variables: Mapping[str, Any],
    macros: Mapping[str, exp.Create],
    files: Callable[[list[str]], str],
) -> str:
    """A query as Spark runs it.

    `values` stand for its parameters, `variables` for what getvariable finds, `macros` for what it
    calls; `files` names the relation of some Parquet files. Raises NotPortable.
    """
    if found := faults(tree, macros):
        raise NotPortable("; ".join(found))

    tree = tree.copy()
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() in macros:
            call.replace(_meant(macros[call.name.lower()], call.expressions))
    for found_files in list(tree.find_all(exp.ReadParquet)):
        found_files.replace(
            exp.to_identifier(files(_paths(found_files.expressions[0], values, variables)))
        )
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() == _VALUES:
            call.replace(_literal(variables[call.expressions[0].name]))
        else:
            call.set("this", FUNCTIONS[call.name.lower()])
    for parameter in list(tree.find_all(exp.Placeholder)):
        parameter.replace(_literal(values[parameter.name]))
    _have_room(tree)
    return tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)


def _have_room(tree: exp.Expr) -> None:
    """128 bits are a decimal of 38 digits. A sum of 64 bits has 128 in DuckDB, and must not end
    earlier here; one of fractions stays one."""
    for kind in list(tree.find_all(exp.DataType)):
        if kind.is_type(exp.DataType.Type.INT128):
            kind.replace(exp.DataType.build("DECIMAL(38, 0)"))
    for total in list(tree.find_all(exp.Sum)):
        if isinstance(total.this, exp.Cast):
            continue
        one = exp.cast(exp.Literal.number(1), "DECIMAL(1, 0)")
        total.set("this", exp.Mul(this=exp.paren(total.this), expression=one))


def _paths(node: exp.Expr, values: Mapping[str, Any], variables: Mapping[str, Any]) -> list[str]:
    """The files that read_parquet is asked for: a parameter or a variable names them."""
    if isinstance(node, exp.Placeholder):
        return list(values[node.name])
    return list(variables[node.expressions[0].name])


def _meant(macro: exp.Create, handed: list[exp.Expr]) -> exp.Expr:
    """What a call of a macro stands for."""
    asked = dict(zip((name.name for name in macro.this.expressions), handed, strict=True))
    body: exp.Expr = exp.paren(macro.expression.copy())
    for column in list(body.find_all(exp.Column)):
        if column.name in asked:
            column.replace(exp.paren(asked[column.name].copy()))
    return body


def _literal(value: Any) -> exp.Expr:
    # Nothing is of no type; the only parameter that may be nothing is a list of words.
    return exp.cast(exp.null(), "ARRAY<TEXT>") if value is None else exp.convert(value)


def _stars(tree: exp.Expr) -> Iterator[str]:
    for star in tree.find_all(exp.Star):
        select = star.find_ancestor(exp.Select) or exp.Select()
        others = select.args.get("joins") or select.expressions[1:]
        is_of_one = star.parent is select and not others
        if not is_of_one and not isinstance(star.parent, exp.Count):
            yield "x.* (name every column)"


def _names(tree: exp.Expr) -> Iterator[str]:
    for select in tree.find_all(exp.Select):
        if not select.args.get("joins"):
            continue
        for said in select.expressions:
            columns = said.find_all(exp.Column)
            if not isinstance(said, exp.Alias) or any(not column.table for column in columns):
                yield f"a joined column without its table or alias ({said.sql('duckdb')[:60]})"


def _asof(tree: exp.Expr) -> Iterator[str]:
    if any(join.method == "ASOF" for join in tree.find_all(exp.Join)):
        yield "ASOF"


def _group_by_all(tree: exp.Expr) -> Iterator[str]:
    if any(group.args.get("all") for group in tree.find_all(exp.Group)):
        yield "GROUP BY ALL"


def _qualify(tree: exp.Expr) -> Iterator[str]:
    if tree.find(exp.Qualify):
        yield "QUALIFY"


def _ordered_lists(tree: exp.Expr) -> Iterator[str]:
    aggregates = tree.find_all(exp.ArrayAgg, exp.GroupConcat, exp.First, exp.Last)
    if any(aggregate.find(exp.Order) for aggregate in aggregates) or tree.find(exp.WithinGroup):
        yield "an ordered list aggregate"


def _signed_divisions(tree: exp.Expr) -> Iterator[str]:
    """Halves below zero are rounded up by one engine and down by the other."""
    for division in tree.find_all(exp.IntDiv, exp.Mod):
        signed = [column for column in division.this.find_all(exp.Column) if column.name == _SIGNED]
        if signed or division.this.find(exp.Neg, exp.Sub):
            yield f"a division of what may be negative ({division.sql('duckdb')[:60]})"


def _unknown(tree: exp.Expr, macros: Mapping[str, exp.Create]) -> set[str]:
    names = {call.name.lower() for call in tree.find_all(exp.Anonymous)}
    return {
        f"a function of DuckDB alone ({name})" for name in names - {*FUNCTIONS, *macros, _VALUES}
    }


_FINDERS: tuple[Callable[[exp.Expr], Iterator[str]], ...] = (
    _stars,
    _names,
    _asof,
    _group_by_all,
    _qualify,
    _ordered_lists,
    _signed_divisions,
)
