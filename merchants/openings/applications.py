"""Applications: a merchant asks to link outside under a programme, an admin decides."""

from collections.abc import Iterable

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.openings.models import ApplicationStatus, OpeningApplication, Programme
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import door
from portal.saving import save_or_refuse
from portal.uploads.reading import Upload, read


def submit(
    merchant: Merchant,
    *,
    programme: Programme,
    category: Category,
    document: "File[bytes]",
    by: User,
) -> OpeningApplication:
    """Ask to link outside under `programme` for `category` and what lies in it."""
    permissions.require(by, "application.submit", merchant.team)
    # Opened before anything is locked: a hostile file takes its seconds from nobody else.
    handed_in = read(document, field="document")
    return _submit(merchant, programme=programme, category=category, document=handed_in, by=by)


@transaction.atomic
def _submit(
    merchant: Merchant, *, programme: Programme, category: Category, document: Upload, by: User
) -> OpeningApplication:
    permissions.require(by, "application.submit", merchant.team)
    merchant = Merchant.locked(merchant.pk)
    moment = clock.now()
    if programme.ends_on is not None and programme.ends_on < clock.day_of(moment):
        raise Refusal(_("%(programme)s has ended.") % {"programme": programme}, field="programme")
    application = OpeningApplication(
        merchant=merchant,
        programme=programme,
        category=category,
        document=document.file(),
        document_name=document.name,
        submitted_at=moment,
    )
    save_or_refuse(application)
    new = {
        "programme": programme.code,
        "category": category.code,
        "document": application.document_name,
    }
    audit.record("application.submitted", application, by=by, team=merchant.team, new=new)
    return application


def resubmit(
    application: OpeningApplication, *, document: "File[bytes]", by: User
) -> OpeningApplication:
    """Hand a returned application in again, with another document."""
    permissions.require(by, "application.submit", application.merchant.team)
    return _resubmit(application, document=read(document, field="document"), by=by)


@transaction.atomic
def _resubmit(application: OpeningApplication, *, document: Upload, by: User) -> OpeningApplication:
    permissions.require(by, "application.submit", application.merchant.team)
    application = OpeningApplication.locked(application.pk)
    application.document, application.document_name = document.file(), document.name
    application.submitted_at = clock.now()
    application.decision_reason = ""
    application.decided_by = application.decided_at = None
    application.move_to(ApplicationStatus.SUBMITTED, by=by)
    return application


def covering(
    category: Category, applications: Iterable[OpeningApplication]
) -> OpeningApplication | None:
    """Which of a merchant's `applications` under one programme covers `category`, if any does.

    An approved one goes before one that waits. One that was rejected covers nothing. ADR 0042.
    """
    branch = {above.pk for above in category.lineage()}
    covering = [
        application
        for application in applications
        if application.category_id in branch and application.status != ApplicationStatus.REJECTED
    ]
    return min(
        covering,
        key=lambda application: (application.status != ApplicationStatus.APPROVED, application.pk),
        default=None,
    )


def approve(
    application: OpeningApplication, *, version: str, by: User, reason: str = ""
) -> OpeningApplication:
    """The merchant may link outside wherever an opening of the category is in force."""
    return _decide(
        application,
        ApplicationStatus.APPROVED,
        version=version,
        reason=optional_reason(reason),
        by=by,
    )


def send_back(
    application: OpeningApplication, *, version: str, reason: str, by: User
) -> OpeningApplication:
    """Return the application; the merchant may hand in another document."""
    return _decide(
        application,
        ApplicationStatus.RETURNED,
        version=version,
        reason=reason,
        by=by,
    )


def reject(
    application: OpeningApplication, *, version: str, reason: str, by: User
) -> OpeningApplication:
    """Refuse the application for good; a new one may be handed in."""
    return _decide(
        application,
        ApplicationStatus.REJECTED,
        version=version,
        reason=reason,
        by=by,
    )


@transaction.atomic
def _decide(
    application: OpeningApplication,
    status: ApplicationStatus,
    *,
    version: str,
    reason: str,
    by: User,
) -> OpeningApplication:
    application = door.enter(application, "application.decide", version=version, by=by)
    if status != ApplicationStatus.APPROVED:
        reason = given_reason(reason)
    application.decision_reason = reason
    application.decided_by, application.decided_at = by, clock.now()
    application.move_to(status, by=by, reason=reason)
    return application
