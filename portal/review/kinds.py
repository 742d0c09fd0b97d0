"""The kinds of things that wait for a decision, as the apps that own them tell."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.functional import Promise

from portal.review import concerned, signatures
from portal.review.changes import Fact
from portal.review.concerned import Ties
from portal.review.forms import ReviewForm
from portal.review.subjects import Reviewable


@dataclass(frozen=True)
class Answer:
    """One answer to the question of a page: `decide(subject, version=..., by=..., ...)` gives it.

    `then` says what happens then, of every subject alike or of the one that is asked about. `takes`
    are the fields of the form that the verb wants, too.
    """

    name: str
    label: Promise
    then: Promise | Callable[[Any], Promise]
    decide: Callable[..., object]
    takes: Sequence[str] = ("reason",)

    def then_of(self, subject: Reviewable) -> Promise:
        """What happens to `subject` then."""
        return self.then(subject) if callable(self.then) else self.then


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is decided about: how its queue is filled and its page is built.

    `code` stands in addresses, and `formerly` stood there once; `to_do` names what waits, in the
    plural. `action` is the permission its decisions take. `rows` gives all rows of the kind; the
    queue shows of each the expressions `name()` (in the language of the reader), `asked_by` (a
    merchant's name; None where nobody asks for one) and `amount_fen`.
    `facts` name what is judged, by its name, so that a page tells what changed since a decision.
    `evidence` is the part of a template from which a colleague could decide, `context` what it
    reads. `by_two` gives the primary keys of those rows to which two persons have to say yes.
    `question` asks, and `answers` answer it. Rows that lead to the same thing by the field
    `together` can be decided on one page. Who may do `talks` in the team that asks writes to the
    reviewers; nobody does where it is empty.
    """

    code: str
    label: Promise
    to_do: Promise
    icon: str
    action: str
    rows: Callable[[], QuerySet[Any]]
    name: Callable[[], Combinable]
    asked_by: Combinable | None
    question: Promise
    answers: Sequence[Answer]
    evidence: str
    facts: Mapping[str, Fact]
    amount_fen: Combinable | None = None
    form: type[ReviewForm] = ReviewForm
    context: Callable[[Any], Mapping[str, Any]] = lambda subject: {}
    by_two: Callable[[Sequence[Any]], Set[int]] = lambda subjects: frozenset()
    together: str = ""
    talks: str = ""
    formerly: str = ""

    def answer(self, name: str) -> Answer:
        return next(answer for answer in self.answers if answer.name == name)

    @property
    def noun(self) -> str:
        """The noun's name, as the audit log and the journal have it."""
        return str(self.model._meta.model_name)

    @property
    def model(self) -> type[Reviewable]:
        """The noun that is decided about."""
        model: type[Reviewable] = self.rows().model
        return model

    def waiting(self, reader: Ties) -> QuerySet[Any]:
        """The rows that wait for a decision of `reader`: not what he or his team asked for."""
        rows = self.rows()
        waiting = rows.filter(status=rows.model.WAITING)
        return (
            waiting.exclude(concerned.written_by(reader.person, rows.model))
            .exclude(concerned.asked_by_team_of(reader, rows.model))
            .exclude(concerned.disputed_by_others(reader.person, rows.model))
            .exclude(signatures.given_by(reader.person, waiting))
        )


_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    """Add kinds of an app; called once, when the app is ready."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"There are two kinds of {kind.code}.")
        _kinds[kind.code] = kind


def every() -> Iterable[Kind]:
    return _kinds.values()


def of(code: str) -> Kind | None:
    """The kind with this code; None when there is none."""
    return _kinds.get(code)


def today(code: str) -> str:
    """The code of a kind that had another before; what has always been one stays."""
    return next((kind.code for kind in every() if code and kind.formerly == code), code)


def page_of(code: str, pk: int) -> str:
    """The address of the page on which a row of a kind is decided."""
    return reverse("review:review-detail", args=[code, pk])


def open_to(may: set[str]) -> list[Kind]:
    """The kinds whose decisions the actions `may` allow."""
    return [kind for kind in _kinds.values() if kind.action in may]
