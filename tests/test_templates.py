"""What all templates keep."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.template import Context, Engine, Template, TemplateDoesNotExist, engines
from django.template.loader_tags import BlockNode, ExtendsNode

from portal.accounts import teams
from portal.accounts.models import User
from portal.jobs.models import Job, JobState

FOLDER = Path(settings.BASE_DIR) / "templates"


def engine() -> Engine:
    found: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return found


def parent_of(template: Any) -> ExtendsNode | None:
    """The node by which a template extends another."""
    found = template.nodelist.get_nodes_by_type(ExtendsNode)
    return cast("ExtendsNode", found[0]) if found else None


def blocks_of(template: Any) -> set[str]:
    """Every block of a template, those inside others too."""
    return {node.name for node in template.nodelist.get_nodes_by_type(BlockNode)}


def children() -> Iterator[tuple[str, ExtendsNode]]:
    """The templates that extend another."""
    for path in sorted(FOLDER.rglob("*.*")):
        name = str(path.relative_to(FOLDER))
        extends = parent_of(engine().get_template(name))
        if extends:
            yield name, extends


def lost_blocks(child: ExtendsNode) -> set[str]:
    """The blocks that `child` fills and no ancestor has: nobody ever sees what is in them.

    A block inside another is no filling; it is one more that a grandchild may fill.
    """
    filled = {node.name for node in child.nodelist if isinstance(node, BlockNode)}
    context = Context()
    context.template = Template("", engine=engine())
    extends: ExtendsNode | None = child
    while extends:
        parent = extends.get_parent(context)
        filled -= blocks_of(parent)
        extends = parent_of(parent)
    return filled


def missing_includes(text: str) -> set[str]:
    """The templates that `text` includes or extends by name and nobody has written."""
    named = re.findall(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", text)
    return {name for name in named if not _exists(name)}


def _exists(name: str) -> bool:
    try:
        engine().get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


def test_every_template_that_another_names_exists() -> None:
    texts = {path: path.read_text("utf-8") for path in sorted(FOLDER.rglob("*.*"))}
    assert {path: lost for path, text in texts.items() if (lost := missing_includes(text))} == {}
    assert missing_includes('{% include "portal/_lost.html" with a=b %}') == {"portal/_lost.html"}


def test_a_page_that_waits_looks_again_without_scripts(alice: User, client_of: Any) -> None:
    team = teams.create("Alice Ltd", owner=alice)
    job = Job.objects.create(kind="work", created_by=alice, team=team)
    waiting = client_of(alice).get(job.get_absolute_url()).content.decode()
    again = '<noscript><meta http-equiv="refresh" content="3"></noscript>'
    assert again in waiting.partition("</head>")[0]
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    ended = client_of(alice).get(job.get_absolute_url()).content.decode()
    assert again not in ended
    assert "Failed" in ended


def test_every_block_that_a_template_fills_exists_above_it() -> None:
    found = {name: lost for name, child in children() if (lost := lost_blocks(child))}
    assert found == {}


def test_a_block_that_the_parent_does_not_have_is_found() -> None:
    written = (
        '{% extends "portal/base.html" %}{% block head %}{% endblock %}'
        "{% block title %}{% block inner %}{% endblock %}{% endblock %}"
    )
    child = parent_of(Template(written, engine=engine()))
    assert child
    assert lost_blocks(child) == {"head"}
    assert len(list(children())) > 20
