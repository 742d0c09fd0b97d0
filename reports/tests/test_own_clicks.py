"""A click whose id we signed is one click, whichever way it came."""

from typing import Any

import pytest

from merchants.links import click_ids
from reports.events.child import Task
from reports.events.queries import Queries
from reports.lake import tables as lake
from reports.sources.models import EventKind, Source, SourceKind
from reports.tests.sending import HEAD, Send, counts, current

pytestmark = pytest.mark.django_db


def click(event_id: str, *, user: str = "u1", kind: str = "click") -> str:
    return f"{event_id},2026-01-31T08:00:00+08:00,{user},n1,{kind}\n"


@pytest.mark.parametrize("order", [("links", "community"), ("community", "links")])
def test_a_click_that_app_and_link_report_counts_once_as_the_link_has_it(
    send: Send, order: tuple[str, str]
) -> None:
    ours = click_ids.make()
    for source in order:
        kind = "repeated_click" if source == "links" else "click"
        assert counts(send(HEAD + click(ours, kind=kind), source=source)) == (1, 1, 0, 0)
    assert current(columns="source, kind") == [("links", "repeated_click")]
    assert len(lake.files("touchpoints")) == 2


def test_a_click_that_our_link_lost_counts_where_somebody_else_has_it(send: Send) -> None:
    send(HEAD + click(click_ids.make()), source="community")
    assert current(columns="source, signed") == [("community", 2)]


@pytest.mark.parametrize("forge", ["t1", "0" * 32 + "." + "0" * 32])
def test_an_id_that_we_did_not_sign_is_one_within_its_source(send: Send, forge: str) -> None:
    for source in ("links", "community"):
        send(HEAD + click(forge), source=source)
    assert sorted(current(columns="source, signed")) == [("community", None), ("links", None)]


def test_a_signature_for_something_else_signs_no_click(send: Send) -> None:
    reader = click_ids.sign("reader", click_ids.make().partition(".")[0])
    send(HEAD + click(reader), source="community")
    assert current(columns="signed") == [(None,)]


def test_an_old_click_of_our_links_is_not_counted_beside_the_one_of_the_app(send: Send) -> None:
    """Rows from before clicks were marked stand for themselves, and first."""
    from reports.tests.test_old_lake import written_before

    ours = click_ids.make()
    written_before(
        "touchpoints", source="links", batch_id=905, event_id=ours, note_id="n1", kind="click"
    )
    send(HEAD + click(ours), source="community")
    assert current(columns="source") == [("links",)]


def test_other_rows_of_the_lake_are_untouched_by_it(send: Send) -> None:
    ours = click_ids.make()
    send(HEAD + click(ours) + click("t1") + click("t2", kind="view"), source="community")
    send(HEAD + click(ours), source="links")
    assert sorted(current(columns="source, kind")) == [
        ("community", "click"), ("community", "view"), ("links", "click"),
    ]  # fmt: skip


def counted() -> list[str]:
    return sorted(source for (source,) in current(columns="source"))


def test_of_all_who_report_a_click_of_ours_one_counts(send: Send, monkeypatch: Any) -> None:
    """One click has our link's row beside two of others, one was lost by our link. The twins: a
    reader that forgets either half of the rule."""
    ours, lost = click_ids.make(), click_ids.make()
    names = {"name_zh": "第二端", "name_en": "Second app"}
    kind = {"kind": SourceKind.COMMUNITY, "events": EventKind.TOUCHPOINTS}
    Source.objects.create(code="second_app", **kind, **names)
    send(HEAD + click(ours), source="links")
    for source in ("second_app", "community"):
        send(HEAD + click(ours) + click(lost), source=source)
    assert counted() == ["community", "links"]
    text = Queries.text
    for rule, wrong in {
        "d.event_id IS NULL": ["community", "community", "links"],
        "COALESCE(b.source, t.source) = t.source": ["community", "links", "second_app"],
    }.items():
        assert rule in text(lake.QUERIES, "lake_touchpoints")
        with monkeypatch.context() as forgetting:
            forgot = lambda sql, name, rule=rule: text(sql, name).replace(rule, "TRUE")  # noqa: E731
            forgetting.setattr(Queries, "text", forgot)
            assert counted() == wrong


def test_without_the_mark_a_click_of_ours_is_two(send: Send, monkeypatch: Any) -> None:
    """The twin: at the door nobody knows our signature."""
    unsigned = {"click_key": "00"}
    monkeypatch.setattr("reports.sources.intake.Task", lambda **told: Task(**told | unsigned))
    ours = click_ids.make()
    for source in ("links", "community"):
        send(HEAD + click(ours), source=source)
    assert sorted(current(columns="source, signed")) == [("community", None), ("links", None)]
