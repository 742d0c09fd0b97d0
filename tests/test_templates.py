"""What all templates keep."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine, Template, engines
from django.template.loader_tags import BlockNode, ExtendsNode

FOLDER = Path(settings.BASE_DIR) / "templates"


def engine() -> Engine:
    found: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return found


def children() -> Iterator[tuple[str, ExtendsNode]]:
    """The templates that extend another."""
    for path in sorted(FOLDER.rglob("*.*")):
        name = str(path.relative_to(FOLDER))
        extends = engine().get_template(name).nodelist.get_nodes_by_type(ExtendsNode)
        if extends:
            yield name, extends[0]


def lost_blocks(child: ExtendsNode) -> set[str]:
    """The blocks that `child` fills and no ancestor has: nobody ever sees what is in them.

    A block inside another is no filling; it is one more that a grandchild may fill.
    """
    filled = {node.name for node in child.nodelist if isinstance(node, BlockNode)}
    return filled - ancestors_blocks(child)


def ancestors_blocks(child: ExtendsNode) -> set[str]:
    blocks: set[str] = set()
    context = Context()
    context.template = Template("", engine=engine())
    while True:
        parent = child.parent_name.resolve(context)
        nodes = engine().get_template(parent).nodelist
        blocks |= {node.name for node in nodes.get_nodes_by_type(BlockNode)}
        extends = nodes.get_nodes_by_type(ExtendsNode)
        if not extends:
            return blocks
        child = extends[0]


def test_every_block_that_a_template_fills_exists_above_it() -> None:
    found = {name: lost for name, child in children() if (lost := lost_blocks(child))}
    assert found == {}


def test_a_block_that_the_parent_does_not_have_is_found() -> None:
    written = (
        '{% extends "portal/base.html" %}{% block head %}{% endblock %}'
        "{% block title %}{% block inner %}{% endblock %}{% endblock %}"
    )
    child = Template(written, engine=engine()).nodelist.get_nodes_by_type(ExtendsNode)[0]
    assert lost_blocks(child) == {"head"}
    assert len(list(children())) > 50
