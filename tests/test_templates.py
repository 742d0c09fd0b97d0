"""What all templates keep."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.template import Context, Engine, Template, engines
from django.template.loader_tags import BlockNode, ExtendsNode

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
