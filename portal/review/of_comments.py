"""Who is told of comments, and what the audit log calls them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from portal.accounts import acts
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import either, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.review import comments, kinds
from portal.review.concerned import unconcerned
from portal.review.models import Comment


def announce() -> None:
    """Name the acts; called once, when the app is ready."""
    acts.register(
        "comment",
        {
            "asked": gettext_lazy("A reviewer wrote to the merchant"),
            "answered": gettext_lazy("The merchant wrote to the reviewers"),
            "noted": gettext_lazy("A reviewer wrote to colleagues"),
        },
    )


def _team(entry: AuditEntry, comment: Comment) -> QuerySet[User]:
    """Those of the asking team who may answer."""
    subject = comments.subject_of(comment)
    return team_who_may(comments.kind_of(subject).talks)(entry, subject)


def _those_who_asked(entry: AuditEntry, comment: Comment) -> QuerySet[User]:
    """Whoever of the platform has written about it, and may decide still."""
    return _deciders(entry, comment).filter(
        pk__in=Comment.objects.filter(noun=comment.noun, number=comment.number).values("by")
    )


def _deciders(entry: AuditEntry, comment: Comment) -> QuerySet[User]:
    subject = comments.subject_of(comment)
    action = comments.kind_of(subject).action
    return unconcerned(platform_who_may(action))(entry, subject)


def _teams_page(comment: Comment) -> str:
    subject: Any = comments.subject_of(comment)
    return str(subject.get_absolute_url())


def _review_page(comment: Comment) -> str:
    return kinds.page_of(comments.kind_of(comments.subject_of(comment)).code, comment.number)


def _names(comment: Comment) -> dict[str, object]:
    return {"subject": str(comments.subject_of(comment))}


TABLE: dict[str, Told | Nobody] = {
    "comment.asked": Told(
        _team,
        _("The platform asks about “%(subject)s”: see the comments."),
        page=_teams_page,
        names=_names,
    ),
    "comment.answered": Told(
        either(_those_who_asked, _deciders),
        _("“%(subject)s”: the merchant wrote a comment."),
        page=_review_page,
        names=_names,
    ),
    "comment.noted": Nobody("colleagues read it where they decide, and nobody else does"),
}
