"""Whoever did anything to a subject decides nothing about it, by any door; and there is one door.

`tests/test_decisions.py` has those who belong, or belonged, to the team that asks.
"""

import ast
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from portal.accounts import acts, audit, people
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review import kinds
from portal.review.kinds import Kind
from portal.review.subjects import Reviewable
from tests.deciding import decide, is_open, role_for, typed
from tests.sources import APPS, modules

# The clock's moves of a boost, from its approval on.
AFTER_IT = {"approved", "running", "completed", "paused", "stopped", "settled"}
every_kind = pytest.mark.parametrize("kind", list(kinds.every()), ids=lambda kind: kind.code)
# Where people and programs come in, beside the pages.
OTHER_DOORS = {"management", "api", "tasks"}


def doings(kind: Kind) -> list[str]:
    """What a merchant's people can do to a subject of this kind, up to its decision."""
    model = kind.model
    ours = {f"{model._meta.model_name}.{act}" for act in model.DECISIONS | model.CARE}
    noun = f"{model._meta.model_name}."
    told = [verb for verb in acts.VERBS if verb.startswith(noun) and verb not in ours]
    return [verb for verb in told if verb.removeprefix(noun) not in AFTER_IT]


@every_kind
def test_a_subject_is_written_and_handed_in(kind: Kind) -> None:
    assert len(doings(kind)) >= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    # Who writes a payment down is one person: test_decisions.py has him.
    [kind for kind in kinds.every() if kind.code not in {"payment", "top-up"}],
    ids=lambda kind: kind.code,
)
def test_who_wrote_edited_or_handed_it_in_is_refused_each_answer_by_verb_and_page(
    hand_in: Callable[[str], Reviewable],
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
) -> None:
    subject = hand_in(kind.code)
    url = reverse("review:review-detail", args=[kind.code, subject.pk])
    for number, doing in enumerate(doings(kind)):
        author = people.create(
            f"author{number}@example.com", "x" * 20, name="Au", platform_role=role_for(kind)
        )
        client = client_of(author)
        assert 'name="decision"' in client.get(url).content.decode()
        audit.record(doing, subject, by=author, team=subject.audit_team())
        assert 'name="decision"' not in client.get(url).content.decode()
        for answer in kind.answers:
            with pytest.raises(Refusal, match="You wrote, changed or handed in this yourself"):
                decide(subject, answer, by=author, manager=manager)
            assert client.post(url, typed(subject, answer, manager)).status_code == 422
    assert is_open(subject)


def test_no_command_task_or_program_decides() -> None:
    """None imports a room that decides; so the verb and its page are all there is."""
    deciding = {answer.decide.__module__ for kind in kinds.every() for answer in kind.answers}
    assert len(deciding) > 3
    found = [
        f"{path}: {name}"
        for app in APPS
        for path, tree in modules(app)
        if OTHER_DOORS & {path.stem, *(part.name for part in path.parents)}
        for name in _imported(tree)
        if name in deciding
    ]
    assert found == []


def _imported(tree: ast.AST) -> list[str]:
    """The modules that a module imports, whole or names of."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return names


def test_one_address_takes_decisions() -> None:
    """The old addresses of the queue only lead on to it."""
    assert [name for name in _names(get_resolver()) if name.startswith("review:")] == [
        "review:review-list",
        # It measures, and decides nothing.
        "review:review-quality",
        # Many by the verbs of one, which are behind the one door.
        "review:review-together",
        "review:review-detail",
        # These say who reads, and decide nothing.
        "review:review-claim",
        # And these, who says what.
        "review:comment-ask",
        "review:comment-answer",
        "review:review-release",
    ]


def _names(resolver: URLResolver, namespace: str = "") -> list[str]:
    found: list[str] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += _names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            found.append(f"{namespace}{pattern.name}")
    return found
