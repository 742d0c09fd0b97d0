"""The version of a row that somebody edits: the newest act about it.

Every change of a row writes its audit entry in the same transaction, so whatever came between
opening a form and saving it is there, with who, when and what.
"""

from django.db.models import Model
from django.utils.translation import gettext as _

from portal import typed
from portal.accounts import history
from portal.refusals import Outdated

# The version of a row to which nothing was done yet.
NEVER = "0"


def shown(row: Model, *names: str) -> dict[str, object]:
    """What the form of `row` starts with: its `version`, and the fields `names`, read anew.

    The version is read first: values that are newer than it are shown again, older ones never.
    """
    version = of(row)
    row.refresh_from_db(fields=names)
    return {"version": version, **{name: getattr(row, name) for name in names}}


def of(row: Model) -> str:
    """The version of `row` now; NEVER as long as nothing was done to it."""
    return str(history.about(row).values_list("pk", flat=True).first() or NEVER)


def require(row: Model, version: str | None) -> None:
    """Raise Outdated, with the newest of what has happened, unless `version` is still that of the
    locked `row`; what is no version of this row is no answer to what somebody has read.

    None is said by programs alone, which have read nothing: it is never a version that was sent.
    """
    if version is None or version == of(row):
        return
    since = typed.number_of(version) or 0
    acts = history.about(row)
    if version != NEVER and not acts.filter(pk=since).exists():
        raise Outdated(_("Not saved: the form did not say which state you had read."), changes=())
    newest = acts.filter(pk__gt=since).select_related("actor")[: history.NEWEST]
    raise Outdated(
        _("Not saved: this was changed since you opened it."),
        changes=history.told(list(reversed(newest))),
    )
