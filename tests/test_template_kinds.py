"""Templates keep to their kinds: a page is `noun_verb.html`, a part `_part.html`.

A page that is a list or a form and nothing else is no template: its view gives a Head to
`portal/list.html` or `portal/form.html`.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Engine, Template, engines
from django.template.base import FilterExpression, Token, TokenType, Variable
from django.template.loader_tags import IncludeNode
from django.test import Client

from portal.accounts import permissions
from portal.accounts.models import User
from tests.permission_table import PERSONAS, ROWS, address
from tests.sources import files

FOLDER = Path(settings.BASE_DIR) / "templates"
# What the templates of allauth are called is its own affair.
THEIRS = {"account", "allauth", "mfa"}
OURS = sorted(
    folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name not in THEIRS
)
FRAMES = {"alone", "base", "error", "form", "list"}
# Every template has these, whoever includes it: see the context processors of the settings.
EVERYWHERE = {"request", "user", "csrf_token", "forloop", "True", "False", "None"}

HEADINGS = re.compile(r"{% block (title|pretitle|heading|actions) %}.*?{% endblock %}", re.S)
SHARED = re.compile(r'{% include "portal/_(table|form)\.html" %}')
SETTING = re.compile(r"{% (extends|load|translate|url|block|endblock)\b[^%]*%}|{#.*?#}")
COMMENT = re.compile(r"{#.*\b[Cc]ontext: (.+)#}")
# What a view or a model does and a template does not: ask the database, reckon.
TOO_MUCH = re.compile(
    r"\|(?:add|divisibleby|dictsort\w*|random)\b|{% widthratio"
    r"|\.(?:all|exists|filter|exclude|order_by|aggregate)\b|\w_set\b|\.objects\b"
)
# Where tags keep the names they give to what is inside them, and to what comes after.
INSIDE = ("loopvars", "extra_context", "countervar")
AFTER = ("asvar", "target_var", "variable", "variable_name")
# Where a tag keeps something else than its parts.
NO_PART = {"origin", "token"}
ASKED = re.compile(r'"([a-z]+\.[a-z_]+)" (?:not )?in (?:request\.)?may\b|needs="([^"]*)"')


def texts() -> Iterator[tuple[str, str]]:
    """Our own templates: name below the folder, source."""
    for app in OURS:
        for path in sorted((FOLDER / app).rglob("*.html")):
            yield str(path.relative_to(FOLDER)), path.read_text("utf-8")


def is_part(name: str) -> bool:
    return Path(name).name.startswith("_")


def is_bare(text: str) -> bool:
    """Whether a page is only what its head says and a shared list or form."""
    return (
        bool(SHARED.search(text))
        and not SETTING.sub("", SHARED.sub("", HEADINGS.sub("", text))).strip()
    )


def engine() -> Engine:
    found: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return found


def variables(thing: Any, known: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names that a template, or a part of its tree, reads from its context.

    `known` are those that the template has given itself by then.
    """
    if isinstance(thing, Variable):
        yield from {*(thing.lookups or ())[:1]} - known
    elif isinstance(thing, Token):
        # Inside {% blocktranslate %} a variable is still the word that was written.
        yield from {thing.contents} - known if thing.token_type == TokenType.VAR else ()
    elif isinstance(thing, FilterExpression):
        yield from variables(
            [thing.var, [arguments for _filter, arguments in thing.filters]], known
        )
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from variables(one, known)
            known |= _given(one, AFTER)
    elif isinstance(thing, dict):
        yield from variables(list(thing.values()), known)
    elif type(thing).__module__.startswith(("django.template", "django.templatetags")):
        held = [value for name, value in vars(thing).items() if name not in NO_PART]
        yield from variables(held, known | _given(thing, INSIDE))


def _given(node: Any, attributes: tuple[str, ...]) -> frozenset[str]:
    """The names that a tag gives to what is inside it, or to what comes after it."""
    if isinstance(node, IncludeNode):
        return frozenset()
    given: list[Any] = []
    for attribute in attributes:
        held = getattr(node, attribute, None)
        given += [held] if isinstance(held, str) else [*(held or ())]
    return frozenset(given)


def unlisted(text: str) -> set[str]:
    """The names a part reads and its comment does not list; all of them without a comment."""
    comment = COMMENT.search(text)
    listed = set(re.findall(r"\w+", comment[1])) if comment else set()
    return set(variables(Template(text, engine=engine()).nodelist)) - listed - EVERYWHERE


def test_no_template_holds_only_a_title_and_an_include() -> None:
    bare = {name for name, text in texts() if name.count("/") and is_bare(text)}
    assert bare - {"portal/list.html", "portal/form.html"} == set()


def test_a_template_of_a_title_and_an_include_is_found() -> None:
    bare = (
        '{% extends "portal/base.html" %}{% load portal_ui %}{# Context: form. #}'
        '{% block title %}{% translate "Add" %}{% endblock %}'
        '{% block actions %}<a href="/">{% icon "plus" %}</a>{% endblock %}'
        '{% block content %}{% url "x" as cancel_url %}{% include "portal/_form.html" %}'
        "{% endblock %}"
    )
    assert is_bare(bare)
    assert not is_bare(bare.replace("{% include", "<p>Why</p>{% include"))


def test_a_part_lists_at_its_top_what_it_reads() -> None:
    parts = {name: text for name, text in texts() if is_part(name)}
    found = {name: names for name, text in parts.items() if (names := unlisted(text))}
    assert found == {}
    tops = {name: "\n".join(text.splitlines()[:2]) for name, text in parts.items()}
    assert {name for name, top in tops.items() if not COMMENT.search(top)} == set()


def test_a_name_that_a_part_does_not_list_is_found() -> None:
    part = (
        "{# One card. Context: card. #}"
        "{% for row in card.rows %}{{ row.text|default:other }}{% if also.this %}{% endif %}"
        "{% endfor %}{% url 'x' third as link %}{{ link }}"
        "{% blocktranslate with of=fourth %}{{ of }} {{ fifth }}{% endblocktranslate %}"
    )
    assert unlisted(part) == {"other", "also", "third", "fourth", "fifth"}


def test_what_is_included_is_a_part() -> None:
    included = {
        (name, target)
        for name, text in texts()
        for target in re.findall(r'{% include "([^"]+)"', text)
    }
    assert included
    assert {(name, target) for name, target in included if not is_part(target)} == set()


def test_a_page_is_named_noun_verb() -> None:
    pages = {name for name, _text in texts() if not is_part(name)}
    frames = {f"portal/{frame}.html" for frame in FRAMES}
    assert frames <= pages
    named = re.compile(r"\w+/[a-z]+(_[a-z0-9]+)+\.html")
    assert {name for name in pages - frames if not named.fullmatch(name)} == set()


def test_templates_neither_ask_the_database_nor_reckon() -> None:
    codes = {name: re.sub(r"{#.*?#}", "", text) for name, text in texts()}
    found = {name: TOO_MUCH.findall(code) for name, code in codes.items() if TOO_MUCH.search(code)}
    assert found == {}


@pytest.mark.parametrize(
    "text", ["{{ store.products.all }}", "{{ url|add:'?by=day' }}", "{% widthratio a b 100 %}"]
)
def test_a_template_that_asks_or_reckons_is_found(text: str) -> None:
    assert TOO_MUCH.search(text)


def test_pages_ask_for_actions_that_exist() -> None:
    """A mistyped action would be open to nobody, and nobody would see that a button is gone."""
    sources = [text for _name, text in [*texts(), *files()]]
    asked = {"".join(found) for text in sources for found in ASKED.findall(text)}
    assert len(asked) > 5
    assert asked <= set(permissions.ALLOWED)


@pytest.mark.parametrize("persona", ["owner", "account_manager", "admin"])
def test_every_page_says_what_it_is_called(
    persona: str,
    world: dict[str, Any],
    cast: dict[str, User | None],
    client_of: Callable[[User], Client],
) -> None:
    user = cast[persona]
    assert user
    client, place = client_of(user), PERSONAS.index(persona)
    pages = [row for row in ROWS if row.method == "GET" and row.statuses[place] == 200]
    nameless = []
    for row in pages:
        answer = client.get(address(row, world) + row.query)
        if answer.headers["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            title = re.search(r"<title>(.*) · Notelink</title>", page, re.S)
            heading = re.search(r'<h1 class="page-title">(.*?)</h1>', page, re.S)
            if not title or not title[1].strip() or (heading and not heading[1].strip()):
                nameless.append(str(row))
    assert nameless == []
