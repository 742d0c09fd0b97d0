"""States know their label and colour, and a row knows its state."""

import pytest
from django.apps.registry import Apps
from django.db import models

from merchants.companies.models import Merchant, MerchantStatus
from merchants.openings.models import OpeningState
from merchants.rulechanges.models import ChangeStatus
from portal.choices import Colour, ColouredChoices, StateField, state_of


def test_a_state_is_its_value_and_knows_label_and_colour() -> None:
    state = MerchantStatus("submitted")
    assert (state, str(state)) == ("submitted", "submitted")
    assert (str(state.label), state.colour) == ("Waiting for verification", Colour.AZURE)


def test_a_state_without_colour_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not enough values"):

        class Light(ColouredChoices):
            ON = "on", "On"


def test_a_row_with_one_state_needs_no_name_of_it() -> None:
    assert state_of(Merchant(status="draft")) is MerchantStatus.DRAFT


def test_a_row_with_two_states_is_asked_for_one_by_name() -> None:
    class Rule(models.Model):
        state = StateField(OpeningState, max_length=10)
        status = StateField(ChangeStatus, max_length=10)
        placement = models.CharField(max_length=10)

        class Meta:
            app_label, apps = "merchants", Apps()

        def __str__(self) -> str:
            return ""

    rule = Rule(state="closed", status="signed")
    assert state_of(rule, "state") is OpeningState.CLOSED
    assert state_of(rule, "status") is ChangeStatus.SIGNED
    with pytest.raises(LookupError, match="Which state of merchants"):
        state_of(rule)
    with pytest.raises(LookupError, match="Which state of merchants"):
        state_of(rule, "placement")


def test_what_is_no_state_has_no_grey_badge() -> None:
    with pytest.raises(ValueError, match="'lost' is not a valid MerchantStatus"):
        state_of(Merchant(status="lost"))


def test_migrations_know_a_plain_field() -> None:
    field = Merchant._meta.get_field("status")
    assert isinstance(field, StateField)
    assert field.deconstruct()[1] == "django.db.models.CharField"
    assert type(field.clone()) is models.CharField
