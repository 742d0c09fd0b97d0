"""Applications: a document from the merchant, a decision from the platform."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.openings import applications
from merchants.openings.models import ApplicationStatus, Opening, OpeningApplication
from portal import clock
from portal.accounts import teams
from portal.accounts.models import User
from portal.notices.models import Notice
from portal.refusals import Refusal
from tests.papers import PDF, PNG

SignIn = Callable[[User], Client]


def submit(
    merchant: Merchant, opening: Opening, by: User, content: bytes = PNG, name: str = "a.png"
) -> OpeningApplication:
    return applications.submit(
        merchant,
        programme=opening.programme,
        category=opening.category,
        document=SimpleUploadedFile(name, content),
        by=by,
    )


@pytest.mark.parametrize("content", [b"", b"<html><script>alert(1)</script>", b"%PDF-1.7 and more"])
def test_a_document_is_what_opens_as_one(
    shop: Merchant, opening: Opening, alice: User, content: bytes
) -> None:
    with pytest.raises(Refusal) as refused:
        submit(shop, opening, alice, content, "licence.pdf")
    assert refused.value.field == "document"
    assert not OpeningApplication.objects.exists()


def test_more_than_ten_megabytes_are_refused(shop: Merchant, opening: Opening, alice: User) -> None:
    with pytest.raises(Refusal, match="larger than 10 MB"):
        submit(shop, opening, alice, PDF + b"0" * (10 * 1024 * 1024))


def test_a_category_is_applied_for_once(shop: Merchant, opening: Opening, bob: User) -> None:
    submit(shop, opening, bob)
    with pytest.raises(Refusal, match="applied for this category already"):
        submit(shop, opening, bob)


def test_after_a_rejection_one_may_apply_again(
    shop: Merchant, opening: Opening, alice: User, admin: User
) -> None:
    first = submit(shop, opening, alice)
    applications.reject(first, version=first.version, reason="Not your brand.", by=admin)
    assert submit(shop, opening, alice).status == ApplicationStatus.SUBMITTED


def test_a_returned_application_comes_back_with_another_document(
    shop: Merchant, opening: Opening, alice: User, admin: User, client_of: SignIn
) -> None:
    application = submit(shop, opening, alice)
    applications.send_back(
        application, version=application.version, reason="Page 2 is missing.", by=admin
    )
    page = reverse("merchants:application-detail", args=[shop.code, application.pk])
    client = client_of(alice)
    assert "Page 2 is missing." in client.get(page).content.decode()
    wrong = client.post(page, {"document": SimpleUploadedFile("b.pdf", b"hello")})
    assert wrong.status_code == 422
    client.post(page, {"document": SimpleUploadedFile("b.pdf", PDF)})
    application.refresh_from_db()
    assert (application.status, application.document_name) == ("submitted", "b.pdf")
    assert application.decision_reason == ""


def test_an_admin_approves_through_the_queue(
    shop: Merchant, opening: Opening, alice: User, admin: User, client_of: SignIn
) -> None:
    application = submit(shop, opening, alice)
    client = client_of(admin)
    assert shop.name in client.get(reverse("review:review-list")).content.decode()
    page = reverse("review:review-detail", args=["application", application.pk])
    read = {"version": application.version}
    assert client.post(page, {**read, "decision": "reject"}).status_code == 422
    assert client.post(page, {**read, "decision": "approve"}).status_code == 302
    application.refresh_from_db()
    assert (application.status, application.decided_by) == (ApplicationStatus.APPROVED, admin)
    assert alice.notices.filter(text__startswith="Your application was approved").exists()


def test_a_merchant_decides_nothing(shop: Merchant, opening: Opening, alice: User) -> None:
    application = submit(shop, opening, alice)
    with pytest.raises(PermissionDenied):
        applications.approve(application, version=application.version, by=alice)


def test_a_document_is_a_download_for_those_who_may_see_it(
    shop: Merchant,
    opening: Opening,
    alice: User,
    charlie: User,
    admin: User,
    client_of: SignIn,
) -> None:
    application = submit(shop, opening, alice, PDF, name="../../evil.html")
    page = reverse("merchants:application-document", args=[application.pk])
    assert page.startswith("/files/")
    for person in (alice, admin):
        answer = client_of(person).get(page)
        assert b"".join(answer) == PDF
        assert answer["Content-Type"] == "application/pdf"
        name = f"application-{application.pk}.pdf"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert client_of(charlie).get(page).status_code == 404
    assert Client().get(page).status_code == 302


def test_whoever_has_left_opens_no_document_any_more(
    shop: Merchant, opening: Opening, alice: User, bob: User, client_of: SignIn
) -> None:
    application = submit(shop, opening, bob)
    page = reverse("merchants:application-document", args=[application.pk])
    client = client_of(bob)
    assert client.get(page).status_code == 200
    teams.remove(shop.team.memberships.get(user=bob), by=alice)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    "name", ["授权" * 95 + ".pdf", "a." + "b" * 190, "a" * 400, "\u202efdp.exe"]
)
def test_a_document_may_be_called_anything_and_its_name_is_only_text(
    shop: Merchant, opening: Opening, bob: User, client_of: SignIn, name: str
) -> None:
    client, page = client_of(bob), reverse("merchants:application-new", args=[shop.code])
    asked = {"programme": opening.programme_id, "category": opening.category_id}
    answer = client.post(page, {**asked, "document": SimpleUploadedFile(name, PDF)})
    assert answer.status_code == 302
    application = OpeningApplication.objects.get()
    assert application.document_name == name.lstrip("\u202e")[:255][-200:]
    assert re.fullmatch(r"applications/[0-9a-f]{32}\.pdf", str(application.document.name))
    assert application.document_name in client.get(answer["Location"]).content.decode()


def test_a_document_that_is_gone_is_not_there(
    shop: Merchant, opening: Opening, alice: User, client_of: SignIn
) -> None:
    application = submit(shop, opening, alice)
    page = reverse("merchants:application-document", args=[application.pk])
    application.document.storage.delete(str(application.document.name))
    assert client_of(alice).get(page).status_code == 404


def test_an_application_of_another_merchant_is_not_there(
    shop: Merchant, rival: Merchant, opening: Opening, alice: User, charlie: User, client_of: SignIn
) -> None:
    application = submit(shop, opening, alice)
    page = reverse("merchants:application-detail", args=[rival.code, application.pk])
    assert client_of(charlie).get(page).status_code == 404


def test_one_may_apply_until_the_programme_has_ended(
    shop: Merchant, opening: Opening, alice: User
) -> None:
    today = clock.today()
    opening.programme.starts_on = opening.programme.ends_on = today - timedelta(days=1)
    opening.programme.save()
    with pytest.raises(Refusal, match="Red Cat plan has ended") as refused:
        submit(shop, opening, alice)
    assert refused.value.field == "programme"
    opening.programme.ends_on = today
    opening.programme.save()
    assert submit(shop, opening, alice).status == ApplicationStatus.SUBMITTED


def test_each_step_is_told_to_whoever_acts_next(
    shop: Merchant, opening: Opening, alice: User, admin: User
) -> None:
    Notice.objects.all().delete()
    application = submit(shop, opening, alice)
    applications.send_back(application, version=application.version, reason="Page 2.", by=admin)
    application = applications.resubmit(
        application, document=SimpleUploadedFile("b.png", PNG), by=alice
    )
    applications.reject(application, version=application.version, reason="No.", by=admin)
    waits = "The application of Alice Beauty waits for a decision."
    assert [str(notice) for notice in admin.notices.order_by("pk")] == [waits, waits]
    name = str(application)
    assert [str(notice) for notice in alice.notices.order_by("pk")] == [
        f"Your application was returned; see the reason: {name}",
        f"Your application was rejected; see the reason: {name}",
    ]


def test_a_decision_says_who_took_it_and_when_and_a_resubmission_forgets_it(
    shop: Merchant, opening: Opening, alice: User, admin: User
) -> None:
    before = clock.now()
    application = submit(shop, opening, alice)
    application = applications.send_back(
        application, version=application.version, reason="No.", by=admin
    )
    assert application.decided_by == admin
    assert application.decided_at is not None
    assert before <= application.decided_at <= clock.now()
    document = SimpleUploadedFile("b.png", PNG)
    again = applications.resubmit(application, document=document, by=alice)
    assert (again.decided_by, again.decided_at, again.decision_reason) == (None, None, "")
