"""Openings as lines of a rule change: how they are read, and how they come into force."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from merchants.catalogue.models import Category
from merchants.openings.models import Opening
from merchants.rulechanges import content
from merchants.rulechanges.models import ChangeKind, RuleChange
from portal import clock
from portal.refusals import Refusal
from portal.saving import or_refuse


def announce() -> None:
    """Name the lines; called once, when the app is ready."""
    content.add(
        ChangeKind.OPENINGS,
        content.Lines(
            words=_words,
            judged=_judged,
            takes_away=lambda change, at: None,
            refuse=_refuse,
            apply=_apply,
        ),
    )


def lines_of(change: RuleChange) -> Sequence[Opening]:
    """The lines of `change`, each with its programme and category at hand, in their order."""
    rows = change.openings.select_related("programme", "category").order_by("pk")
    lines = list(rows)
    for line in lines:
        line.change = change
    return lines


def _words(change: RuleChange) -> str:
    first = change.openings.select_related("programme", "category").order_by("pk").first()
    if first is None:
        return _("Rule change")
    more = change.openings.count() - 1
    if not more:
        return str(first)
    said = ngettext("%(rule)s, and %(count)s more", "%(rule)s, and %(count)s more", more)
    return said % {"rule": first, "count": more}


def _judged(change: RuleChange) -> Mapping[str, object]:
    lines = lines_of(change)
    codes = dict(Category.objects.values_list("pk", "code"))
    return {
        "lines": [
            [
                line.programme.code, line.category.code, line.placement, line.store_kind,
                line.state, line.last_on, [codes.get(pk, pk) for pk in line.kept],
            ]
            for line in lines
        ],
        "decides_now": [[rule.pk, rule.taken_back_at] for rule in standing_by(lines)],
    }  # fmt: skip


def standing_by(lines: Sequence[Opening]) -> list[Opening]:
    """The other signed rules that bear on where `lines` would decide: of what their categories lie
    in, and of what lies in them; the newest first."""
    if not lines:
        return []
    tree = Category.objects.as_tree()
    above = {pk: {one.pk for one in category.lineage()} for pk, category in tree.items()}
    near = {
        (line.programme_id, line.placement, line.store_kind, pk)
        for line in lines
        for pk in tree
        if pk in above[line.category_id] or line.category_id in above[pk]
    }
    rules = (
        Opening.objects.signed()
        .filter(
            Q(programme__in={line.programme_id for line in lines})
            & Q(placement__in={line.placement for line in lines})
            & Q(store_kind__in={line.store_kind for line in lines})
        )
        .exclude(change=lines[0].change_id)
        .select_related("programme", "category", "change")
        .order_by("-effective_at", "-pk")
    )
    return [
        rule
        for rule in rules
        if (rule.programme_id, rule.placement, rule.store_kind, rule.category_id) in near
    ]


def _refuse(change: RuleChange, at: datetime) -> None:
    if change.expires_at is not None and change.expires_at <= max(change.effective_at, at):
        raise Refusal(_("Its end would have passed when it begins."), field="expires_at")
    day = clock.day_of(max(change.effective_at, at))
    for programme in {line.programme for line in lines_of(change)}:
        if not programme.runs_on(day):
            raise Refusal(
                _("%(programme)s does not run on that day.") % {"programme": programme},
                field="effective_at",
            )


def _apply(change: RuleChange) -> None:
    """All lines in one statement. Raises Refusal where one begins as another of its scope does."""
    signed = {"signed_at": change.signed_at, "effective_at": change.effective_at}
    try:
        with transaction.atomic():
            change.openings.update(**signed)
    except IntegrityError:
        for line in lines_of(change):
            line.signed_at, line.effective_at = change.signed_at, change.effective_at
            with or_refuse(line, field="decision"):
                line.save()
        raise
