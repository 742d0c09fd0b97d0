"""What policy says of one listing that leads outside, in words: what is in force, what comes, and
what its merchant can do."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.listings import alternatives
from merchants.listings.check import Check
from merchants.listings.leading import asked
from merchants.listings.models import Listing
from merchants.openings.applications import covering
from merchants.openings.deciding import Rule
from merchants.openings.models import ApplicationStatus, Opening
from merchants.openings.policy import Asked, Policy
from merchants.openings.ways import Way
from portal import words


def checks(listing: Listing, *, at: datetime) -> list[Check]:
    """The two rules of outside links at `at`, for the programme that is furthest along.

    What readers see already meets the first as long as it may lead, all else where something new
    may go live.
    """
    policy = Policy.read(category=listing.product.category_id)
    applications = list(listing.merchant.applications.all())
    approved = ApplicationStatus.APPROVED
    question = asked(
        listing,
        ((a.programme_id, a.category_id) for a in applications if a.status == approved),
    )
    way = policy.verdict(question, at).way
    if way is None:
        kind = listing.product.store.get_kind_display()
        said = [_("No programme with %(kind)s is running today.") % {"kind": kind}]
        return [_opening(False, [*said, alternatives.sentence(listing, policy, at=at)])]
    is_met = way.standing.leads if question.since_at else way.takes_new
    words_of = _met if is_met else _unmet
    said = words_of(listing, way, policy, question, at)
    if not is_met:
        said.append(alternatives.sentence(listing, policy, at=at))
    of_it = [one for one in applications if one.programme_id == way.programme.pk]
    has_applied = covering(listing.product.category, of_it) is not None
    return [_opening(is_met, said), _application(listing, way, has_applied=has_applied)]


def _opening(is_met: bool, said: list[str]) -> Check:
    text = words.sentences(said)
    return Check("opening_in_force", _("An opening is in force"), is_met, text)


def _application(listing: Listing, way: Way, *, has_applied: bool) -> Check:
    advice = _("Apply under %(programme)s for %(category)s.")
    if has_applied:
        advice = _("The application under %(programme)s for %(category)s is not approved yet.")
    named = {"programme": way.programme, "category": listing.product.category}
    text = "" if way.is_approved else advice % named
    return Check("application_approved", _("Your application is approved"), way.is_approved, text)


def _met(listing: Listing, way: Way, policy: Policy, question: Asked, at: datetime) -> list[str]:
    """Why the listing may be out, until when, and what ends that before."""
    standing = way.standing
    said = [_what_is(listing, way, at)]
    ends = policy.ends_next(way.programme.pk, question, at)
    if standing.grandfathering and ends:
        day = {"day": words.instant(ends.at)}
        said.append(_("Yours was there before: it stays until %(day)s.") % day)
    elif standing.grandfathering:
        said.append(_("Yours was there before, so it stays."))
    elif standing.state == "pilot":
        said.append(_("You are on it."))
    elif standing.state == "open" and ends:
        said.append(_("It ends on %(day)s.") % {"day": words.instant(ends.at)})
    if not standing.takes_new:
        said.append(_("If you pause or change it, it does not come back."))
    return said


def _unmet(listing: Listing, way: Way, policy: Policy, question: Asked, at: datetime) -> list[str]:
    """Why nothing new may go live there, and from when on it may."""
    coming = policy.opens_next(way.programme.pk, question, at)
    if coming is not None:
        named = _named(coming.standing.rule, listing, way)
        return [_("%(scope)s opens on %(day)s.") % {**named, "day": words.instant(coming.at)}]
    said = [_what_is(listing, way, at)]
    if way.standing.state == "pilot":
        said.append(_("Your account manager can put you on it."))
    elif way.standing.state == "closing":
        said.append(_("Nothing new goes live there."))
    return said


# The state of the rule that decides, in a sentence.
_IS = {
    "open": gettext_lazy("%(scope)s is open since %(day)s."),
    "pilot": gettext_lazy("%(scope)s is open for a list of merchants since %(day)s."),
    "closing": gettext_lazy("%(scope)s is closing: its last day is %(last)s."),
    "suspended": gettext_lazy("%(scope)s is suspended since %(day)s."),
    "closed": gettext_lazy("%(scope)s is closed since %(day)s."),
}


def _what_is(listing: Listing, way: Way, at: datetime) -> str:
    rule = way.rule
    named = _named(rule, listing, way)
    if rule is None:
        return _("%(scope)s has not been opened.") % named
    has_closed = rule.ends_at is not None and rule.ends_at <= at
    since = rule.ends_at if has_closed else rule.effective_at
    named |= {"day": words.instant(since), "last": words.day(rule.last_on)}
    return str(_IS[way.standing.state]) % named


def _named(rule: Rule | None, listing: Listing, way: Way) -> dict[str, str]:
    """The scope of the rule; of the listing where none decides."""
    category = listing.product.category
    if rule is not None:
        [category] = [one for one in category.lineage() if one.pk == rule.category_id]
    scope = Opening(
        programme=way.programme,
        category=category,
        placement=listing.placement,
        store_kind=listing.product.store.kind,
    ).scope
    return {"scope": scope}
