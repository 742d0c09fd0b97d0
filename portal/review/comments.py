"""What reviewers and whoever asks say to each other about what waits. ADR 0169.

Each side reads what is meant for it. A comment is its own subject in the audit log: it changes
nothing of what is decided about, and makes nobody concerned by it.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext as _

from portal.accounts import audit, permissions
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal, given_reason
from portal.review import concerned, kinds
from portal.review.kinds import Kind
from portal.review.models import Comment, CommentQuerySet
from portal.review.subjects import Reviewable

# So many each side says about one thing, each time it is handed in, at most: no side uses up what
# another may say.
MOST = 100
# The sides, by the act in which each writes: to the team that asks, from it, and among colleagues.
SIDES = ("comment.asked", "comment.answered", "comment.noted")


class CommentRefusal(Refusal):
    """Nothing is said: not now, or not by this person."""


@transaction.atomic
def ask(subject: Reviewable, *, text: str, is_internal: bool, by: User) -> Comment:
    """`by`, who may decide about `subject`, says something to whoever asked, or inside alone.

    Raises CommentRefusal when it waits no more or concerns him, and Refusal at `text`.
    """
    kind = kind_of(subject)
    row = type(subject).locked(subject.pk)
    permissions.require(by, kind.action)
    if said := concerned.objection(row, by):
        raise CommentRefusal(said)
    if not is_internal and not kind.talks:
        raise CommentRefusal(_("Nobody outside reads this. Write it for colleagues alone."))
    side = "comment.noted" if is_internal else "comment.asked"
    made, is_new = _write(row, text, side=side, by=by)
    if not is_new:
        return made
    if is_internal:
        # Told to nobody, and in no log that its team reads.
        audit.record("comment.noted", made, by=by)
    else:
        audit.record("comment.asked", made, by=by, team=row.audit_team())
    return made


@transaction.atomic
def answer(subject: Reviewable, *, text: str, by: User) -> Comment:
    """`by`, of the team that asks, says something to those who decide.

    Raises CommentRefusal when it waits no more, and Refusal at `text`.
    """
    kind, team = kind_of(subject), subject.audit_team()
    if team is None or not kind.talks:
        raise CommentRefusal(_("Nobody asks for this."))
    permissions.require(by, kind.talks, team)
    row = type(subject).locked(subject.pk)
    made, is_new = _write(row, text, side="comment.answered", by=by)
    if is_new:
        audit.record("comment.answered", made, by=by, team=team)
    return made


def read_by_deciders(subject: Reviewable) -> Sequence[Comment]:
    """The newest comments, for those who may decide."""
    return list(Comment.objects.about(subject)[: _shown()])


def read_by_all(subject: Reviewable) -> Sequence[Comment]:
    """The newest comments, for everybody who sees the subject."""
    return list(Comment.objects.about(subject).for_all()[: _shown()])


def _shown() -> int:
    """How many a page shows: all that can be said until the next decision."""
    return MOST * len(SIDES)


def kind_of(subject: Reviewable) -> Kind:
    """The kind of a subject, whose talk it is."""
    return _kind(subject.noun, subject.pk)


def subject_of(comment: Comment) -> Reviewable:
    """What a comment is about."""
    kind = _kind(comment.noun, comment.number)
    found: Reviewable = kind.model._default_manager.get(pk=comment.number)
    return found


def _kind(noun: str, number: int) -> Kind:
    """Of several kinds of a noun the one that has this row: payments of merchants and of funds are
    signed by different people."""
    first, *others = [kind for kind in kinds.every() if noun in audit.nouns_of(kind.model)]
    mine = (kind for kind in others if kind.rows().filter(pk=number).exists())
    return next(mine, first)


def _write(row: Reviewable, text: str, *, side: str, by: User) -> tuple[Comment, bool]:
    """The comment, and whether it is new: the same form may be sent again."""
    if row.status != row.WAITING:
        raise CommentRefusal(_("This is answered, and its comments with it."))
    told, said = given_reason(text, "text"), list(_said_by(side, row)[:MOST])
    if said and (said[0].by, said[0].text) == (by, told):
        return said[0], False
    if len(said) >= MOST:
        raise CommentRefusal(
            _("%(most)s comments are there already. Decide, or ask by mail.") % {"most": MOST}
        )
    made = Comment.objects.create(
        noun=row.noun, number=row.pk, text=told, is_internal=side == "comment.noted", by=by
    )
    return made, True


def _said_by(side: str, row: Reviewable) -> CommentQuerySet:
    """What one of SIDES has said since `row` was handed in, the newest first."""
    written = AuditEntry.objects.filter(verb=side, subject=audit.outer_name(Comment))
    said = Comment.objects.about(row).filter(Exists(written))
    return said.filter(at__gte=row.submitted_at) if row.submitted_at else said
