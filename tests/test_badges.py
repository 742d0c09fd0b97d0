"""Badges: each state says its own noun's word in its own colour, on every page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from campaigns.ledger.models import PayInState
from merchants.companies import verbs as merchants
from merchants.pages.matrix.dates import Mark
from portal.accounts.models import User
from portal.choices import ColouredChoices, StateField
from portal.jobs.models import Job, JobState
from portal.proofs import ProvenBy
from portal.review import together
from portal.ui.formats import status_badge
from reports.answers.day_states import DayState
from reports.pages.home.steps import StepState
from reports.sources.kept import CellState
from reports.sources.models import Batch, BatchState
from reports.sources.suspensions import SuspensionState
from tests.sources import APPS

STATES = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, StateField)
]


# Worked out anew for each page.
IN_NO_ROW = {
    CellState, DayState, Mark, PayInState, ProvenBy, StepState, SuspensionState, together.Fate,
}  # fmt: skip


@pytest.mark.parametrize(("model", "field"), STATES, ids=str)
def test_every_state_has_a_badge_with_label_and_colour(
    model: type[models.Model], field: StateField
) -> None:
    for state in field.states:
        badge = status_badge(model(**{field.name: state.value}), field.name)
        assert f"bg-{state.colour.value}-lt" in badge
        assert re.sub("<.*?>", "", badge) == str(state.label) != ""


def test_every_enum_with_colours_is_the_state_of_a_row() -> None:
    shown = {field.states for _model, field in STATES}
    written = {enum for enum in ColouredChoices.__subclasses__() if "tests" not in enum.__module__}
    assert shown == written - IN_NO_ROW


def test_every_field_called_status_or_state_can_be_shown_as_a_badge() -> None:
    plain = [
        str(field)
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in APPS
        for field in model._meta.concrete_fields
        if field.name in {"status", "state"} and not isinstance(field, StateField)
    ]
    assert plain == []


def test_a_submitted_company_waits_for_verification_and_is_not_in_review(
    alice: User, admin: User, client_of: Callable[[User], Client]
) -> None:
    merchant = merchants.register(name="Alice Beauty", credit_code="91310000MA1FL0AL17", by=alice)
    merchants.submit(merchant, by=alice)
    for who, url in [
        (alice, reverse("merchants:merchant-detail", args=[merchant.code])),
        (admin, reverse("review:review-detail", args=["merchant", merchant.pk])),
        (admin, reverse("merchants:merchant-directory")),
    ]:
        page = client_of(who).get(url).content.decode()
        assert badges(page)[0] == ("azure", "Waiting for verification")
        assert "In review" not in page


def test_a_failed_job_failed_and_a_failed_batch_was_refused(
    world: dict[str, Any], alice: User, client_of: Callable[[User], Client]
) -> None:
    job, batch = world["job"], world["batch"]
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="Broken.")
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.FAILED)
    client = client_of(alice)
    page = client.get(job.get_absolute_url()).content.decode()
    assert badges(page) == [("red", "Failed")]
    page = client.get(batch.get_absolute_url()).content.decode()
    assert badges(page) == [("red", "Refused")]


def test_a_rule_shows_what_it_says_beside_where_it_is(
    world: dict[str, Any], admin: User, client_of: Callable[[User], Client]
) -> None:
    url = reverse("merchants:rulechange-detail", args=[world["rulechange"].pk])
    page = client_of(admin).get(url).content.decode()
    before, after = ("secondary", "Closed"), ("green", "Open")
    assert badges(page) == [("green", "Signed"), ("green", "Open"), before, after]


def badges(page: str) -> list[tuple[str, str]]:
    """Colour and words of each badge of a state on the page."""
    return re.findall(r'<span class="badge bg-(\w+)-lt">([^<]*)</span>', page)
