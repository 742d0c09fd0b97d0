"""What a verb raises when it will not do what it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import meaning


class Refusal(Exception):
    """A rule says no. `message` is a translated sentence for the person who asked.

    `field` names the form field the sentence belongs to, when there is one. Pages show it in the
    form or as a message, commands print it and exit 2. Verbs raise subclasses of it.
    """

    # What a page that shows it in its form answers, as HTTP calls it.
    status = 422

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True)
class Change:
    """What somebody did to a row: `by` his name, `at` the moment, `facts` what changed, as HTML,
    `reason` why, where he said so."""

    by: str
    at: datetime
    act: str
    facts: SafeString
    reason: str


class Outdated(Refusal):
    """What was to be changed is not any more as it was read; `changes` came between, in order."""

    def __init__(self, message: str, *, changes: Sequence[Change]) -> None:
        super().__init__(message)
        self.changes = changes


# Characters of a reason.
MOST_REASON = 1000


def given_reason(text: str, field: str = "reason") -> str:
    """`text` as it is meant: why somebody decided as he did.

    Raises Refusal at the form's `field` when nothing is left, or too much.
    """
    reason = optional_reason(text, field)
    if not reason:
        raise Refusal(_("Write the reason; others will read it."), field=field)
    return reason


def optional_reason(text: str, field: str = "reason") -> str:
    """The same where nobody has to give one: empty when nothing is left."""
    reason = meaning.prose(text)
    if len(reason) > MOST_REASON:
        raise Refusal(
            _("The reason has at most %(most)s characters.") % {"most": MOST_REASON}, field=field
        )
    return reason
