"""States that pages show as badges: value, colour and label stand in one line of the enum."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


class Colour(StrEnum):
    """What a colour tells; the value is the name that the style sheets give it."""

    GREY = "secondary"  # nothing to do: not begun, or over
    AZURE = "azure"  # under way, somebody is at work
    GREEN = "green"  # in force, or well ended
    YELLOW = "yellow"  # wants care
    RED = "red"  # ended badly


class ColouredChoices(models.TextChoices):
    """An enum of states: `DRAFT = "draft", Colour.GREY, _("Draft")`. None can lack its colour."""

    colour: Colour

    # Exactly one colour; typed as any number because `BoostStatus(value)` looks up with none.
    def __new__(cls, value: str, *colour: Colour) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        (member.colour,) = colour
        return member


class StateField(_TextField):
    """A CharField of the members of one ColouredChoices, which it keeps as `states`.

    Migrations know a plain CharField: they import nothing of the portal.
    """

    def __init__(self, states: type[ColouredChoices], **options: Any) -> None:
        super().__init__(choices=states, **options)
        self.states = states

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def clone(self) -> Any:
        _name, _path, args, options = self.deconstruct()
        return models.CharField(*args, **options)


def state_of(row: models.Model, field: str = "") -> ColouredChoices:
    """The state `row` is in, with its label and colour.

    A row with more than one StateField needs the name of the `field`. Raises LookupError when no
    single field is meant, ValueError when the row holds what is no state.
    """
    fields = [
        one
        for one in row._meta.concrete_fields
        if isinstance(one, StateField) and field in {"", one.name}
    ]
    if len(fields) != 1:
        raise LookupError(f"Which state of {row._meta.label}? It has {len(fields)} of {field!r}.")
    return fields[0].states(getattr(row, fields[0].attname))
