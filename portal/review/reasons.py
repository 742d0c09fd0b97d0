"""Coded reasons: what is wrong with a thing, at which field, and how to put it right.

The app that owns a noun adds them; a page of a decision offers them, and whoever asked reads them
at the field of his form. ADR 0150.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.refusals import Refusal
from portal.review.subjects import Reviewable


@dataclass(frozen=True)
class Reason:
    """`code` names it in the journal, `field` the field of the form it is about, "" for all of it;
    `label` says what is wrong and `how` what to do."""

    code: str
    label: Promise
    how: Promise
    field: str = ""


_REASONS: dict[str, dict[str, Reason]] = {}


def add(noun: str, *reasons: Reason) -> None:
    """Name the reasons for which a noun may be refused; called once, when its app is ready."""
    if noun in _REASONS:
        raise ValueError(f"The reasons of {noun} are named twice.")
    _REASONS[noun] = {reason.code: reason for reason in reasons}


def of(noun: str) -> Sequence[Reason]:
    return list(_REASONS.get(noun, {}).values())


def named(noun: str, codes: Iterable[str]) -> Sequence[Reason]:
    """The reasons with these codes, in the order of the registry; old ones that are named no more
    are left out."""
    given = set(codes)
    return [reason for reason in of(noun) if reason.code in given]


def known(subject: Reviewable, codes: Iterable[str]) -> list[str]:
    """`codes` in the order of the registry. Raises Refusal at `codes` for one that is none."""
    given = set(codes)
    found = [reason.code for reason in named(subject.noun, given)]
    if len(found) != len(given):
        raise Refusal(_("Choose reasons from the list."), field="codes")
    return found
