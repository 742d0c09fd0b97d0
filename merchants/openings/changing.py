"""Openings as lines of a rule change: how they are read, and how they come into force."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from merchants.catalogue.models import Category
from merchants.openings import effects
from merchants.openings.effects import Told
from merchants.openings.models import Opening
from merchants.openings.standing import standing_by
from merchants.rulechanges import content
from merchants.rulechanges.models import ChangeKind, ChangeStatus, RuleChange
from portal import clock
from portal.refusals import Refusal
from portal.saving import or_refuse

# When something is taken away by a change whose moment has come, as it is judged: the words differ
# by who reads them, and what is signed may not.
AT_ONCE = "at_once"


def announce() -> None:
    """Name the lines; called once, when the app is ready."""
    taken = _taken_at
    content.add(ChangeKind.OPENINGS, content.Lines(_words, _judged, taken, _refuse, _apply))
    content.add(
        ChangeKind.ROLLBACK,
        content.Lines(_words_of_rollback, _judged, taken, _refuse_rollback, _take_back),
    )


def lines_of(change: RuleChange) -> Sequence[Opening]:
    """The lines of `change`, or those that it takes back, each with its programme, category and
    change at hand, in their order."""
    of = change.takes_back_id or change.pk
    rows = Opening.objects.filter(change=of).select_related("programme", "category", "change")
    return list(rows.prefetch_related("pilots__merchant").order_by("pk"))


def kept_by(lines: Sequence[Opening]) -> Sequence[Category]:
    """The branches that fall with none of `lines`."""
    kept = {pk for line in lines for pk in line.kept}
    return list(Category.objects.filter(pk__in=kept).order_by("pk")) if kept else []


def told(change: RuleChange, at: datetime, lines: Sequence[Opening] | None = None) -> Told:
    """What `change` does if it is signed (last) at `at`; what is signed did it then."""
    at, lines = change.signed_at or at, lines_of(change) if lines is None else lines
    if change.takes_back is not None:
        return effects.of_rollback(lines, change.takes_back, at=at)
    return effects.of_lines(lines, at=at, change_id=change.pk)


def _taken_at(change: RuleChange, at: datetime) -> datetime | None:
    return told(change, at).taken_at


def _words(change: RuleChange) -> str:
    lines = Opening.objects.filter(change=change.pk)
    first = lines.select_related("programme", "category").order_by("pk").first()
    if first is None:
        return _("Rule change")
    more = lines.count() - 1
    if not more:
        return str(first)
    said = ngettext("%(rule)s, and %(count)s more", "%(rule)s, and %(count)s more", more)
    return said % {"rule": first, "count": more}


def _words_of_rollback(change: RuleChange) -> str:
    return _("Rollback of %(change)s") % {"change": change.takes_back}


def _judged(change: RuleChange) -> Mapping[str, object]:
    lines = lines_of(change)
    now = clock.now()
    effect = told(change, now, lines)
    codes = dict(Category.objects.values_list("pk", "code"))
    is_late = effect.taken_at is not None and effect.taken_at <= now
    return {
        "lines": [
            [
                line.programme.code, line.category.code, line.placement, line.store_kind,
                line.state, line.last_on, [codes.get(pk, pk) for pk in line.kept],
                sorted(pilot.merchant.code for pilot in line.pilots.all()), line.taken_back_at,
            ]
            for line in lines
        ],
        "decides_now": [[rule.pk, rule.taken_back_at] for rule in standing_by(lines)],
        "taken_at": AT_ONCE if is_late else effect.taken_at,
        "persons": effect.persons,
    }  # fmt: skip


def _refuse(change: RuleChange, at: datetime) -> None:
    if change.expires_at is not None and change.expires_at <= max(change.effective_at, at):
        raise Refusal(_("Its end would have passed when it begins."), field="expires_at")
    day, lines = clock.day_of(max(change.effective_at, at)), lines_of(change)
    for programme in {line.programme for line in lines}:
        if not programme.runs_on(day):
            raise Refusal(
                _("%(programme)s does not run on that day.") % {"programme": programme},
                field="effective_at",
            )
    if any(line.last_on is not None and line.last_on < day for line in lines):
        raise Refusal(_("The last day has passed when it begins."), field="last_on")
    if change.effective_at < at:
        taken_at = told(change, at, lines).taken_at
        if taken_at is not None and taken_at <= at:
            raise Refusal(
                _(
                    "It takes something away, and its moment has passed. Propose it anew for a "
                    "later moment."
                ),
                field="effective_at",
            )


def _refuse_rollback(change: RuleChange, at: datetime) -> None:
    taken = change.takes_back
    if taken is None or taken.status != ChangeStatus.SIGNED or taken.takes_back_id:
        raise Refusal(_("Only what is signed is taken back; a rollback itself is not."))
    lines = Opening.objects.filter(change=taken.pk)
    if not lines.filter(taken_back_at=None).exists():
        raise Refusal(_("This was taken back already."))


def _apply(change: RuleChange) -> None:
    """All lines in one statement. Raises Refusal where one begins as another of its scope does."""
    signed = {"signed_at": change.signed_at, "effective_at": change.effective_at}
    try:
        with transaction.atomic():
            Opening.objects.filter(change=change.pk).update(**signed)
    except IntegrityError:
        for line in lines_of(change):
            line.signed_at, line.effective_at = change.signed_at, change.effective_at
            with or_refuse(line, field="decision"):
                line.save()
        raise


def _take_back(change: RuleChange) -> None:
    """One instant ends all lines: what decided before them decides again."""
    lines = Opening.objects.filter(change=change.takes_back_id, taken_back_at=None)
    lines.update(taken_back_at=change.signed_at)
