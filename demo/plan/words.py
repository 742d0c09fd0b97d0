"""The vocabulary of the demo world, read from `words.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Brand:
    name: str
    slug: str
    city: str


@dataclass(frozen=True)
class Good:
    """Something to sell, with the range of its price in whole yuan."""

    name: str
    low: int
    high: int


@dataclass(frozen=True)
class Trade:
    """What a merchant deals in: a category, its goods, and titles of notes about them."""

    category: str
    name: str
    goods: tuple[Good, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    brands: tuple[Brand, ...]
    trades: tuple[Trade, ...]
    authors: tuple[str, ...]
    texts: tuple[str, ...]
    family_names: tuple[str, ...]
    given_names: tuple[str, ...]


@cache
def words() -> Words:
    with Path(__file__).with_name("words.toml").open("rb") as file:
        read = tomllib.load(file)
    return Words(
        brands=tuple(Brand(b["brand"], b["slug"], b["city"]) for b in read["brands"]),
        trades=tuple(
            Trade(
                category=t["category"],
                name=t["trade"],
                goods=tuple(Good(**good) for good in t["goods"]),
                titles=tuple(t["titles"]),
            )
            for t in read["trades"]
        ),
        authors=tuple(read["authors"]),
        texts=tuple(text.strip() for text in read["texts"]),
        family_names=tuple(read["family_names"]),
        given_names=tuple(read["given_names"]),
    )
