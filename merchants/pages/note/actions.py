"""What upper apps offer to do with a note: buttons on its page.

Apps call `add` in `AppConfig.ready`, so that this app imports none of them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from merchants.notes.models import Note


@dataclass(frozen=True)
class NoteAction:
    """A page that begins with a note, for those who may do `action`; `label` is lazy.

    The URL takes the merchant's code and gets the note's number as `?note=`. `fits` says of which
    notes the button is shown.
    """

    label: Promise
    icon: str
    url_name: str
    action: str
    fits: Callable[[Note], bool]


@dataclass(frozen=True)
class Button:
    """An action as the page of one note shows it."""

    label: Promise
    icon: str
    url: str


_actions: list[NoteAction] = []


def add(*actions: NoteAction) -> None:
    """Add actions of one app."""
    _actions.extend(actions)


def of(note: Note, *, may: Collection[str]) -> list[Button]:
    """The buttons for a person who may do the actions `may`, in the order they were added."""
    return [
        Button(
            action.label,
            action.icon,
            f"{reverse(action.url_name, args=[note.merchant.code])}?note={note.pk}",
        )
        for action in _actions
        if action.action in may and action.fits(note)
    ]
