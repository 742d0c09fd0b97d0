"""What is done with exports: ask for one."""

from functools import partial

from django.db import transaction
from django.utils.translation import ngettext

from portal.accounts.models import Team, User
from portal.exports.models import Export
from portal.jobs import queue
from portal.jobs.models import OPEN
from portal.refusals import Refusal

KIND = "exports.prepare"
# Of one person: what is being prepared at a time, and what is kept.
MOST_OPEN, MOST_KEPT = 5, 20


@transaction.atomic
def ask(*, address: str, name: str, language: str, team: Team | None, by: User) -> Export:
    """The export of `address`, the path and query of a list whose door has let `by` in.

    While one is being prepared for him in this language, it is that one. Raises Refusal when many
    others are. Whose list it is says `team`; what people of the platform ask for is theirs.
    """
    # Whoever presses twice at once waits here.
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    coming = by.exports.filter(job__state__in=OPEN)
    if same := coming.filter(address=address, language=language).first():
        return same
    if coming.count() >= MOST_OPEN:
        raise _too_many()
    job = queue.enqueue(KIND, args={}, team=None if by.platform_role else team, by=by)
    export = Export.objects.create(owner=by, job=job, address=address, language=language, name=name)
    _let_go_of_the_oldest(by)
    return export


def _let_go_of_the_oldest(owner: User) -> None:
    ended = owner.exports.exclude(job__state__in=OPEN).order_by("-pk")
    for export in ended[MOST_KEPT:]:
        if export.stored:
            transaction.on_commit(partial(export.path.unlink, missing_ok=True))
        export.delete()


def _too_many() -> Refusal:
    sentence = ngettext(
        "%(count)s file is being prepared for you already. Ask again when it is ready.",
        "%(count)s files are being prepared for you already. Ask again when one is ready.",
        MOST_OPEN,
    )
    return Refusal(sentence % {"count": MOST_OPEN})
