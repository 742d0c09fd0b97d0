"""Documents are in a bucket, and it does not answer: who hands in and who opens reads that."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from storages.backends.s3 import S3Storage

from merchants.companies.models import Merchant
from merchants.openings.models import ApplicationStatus, Opening, OpeningApplication
from portal import words
from portal.accounts.models import User
from portal.buckets import storage_at
from portal.health import parts
from portal.uploads import bucket
from portal.uploads.away import StoreAway
from reports import tasks
from reports.attribution import drafts
from tests.papers import PDF

ClientOf = Callable[[User], Client]
SAYS = "documents are kept does not answer"


@pytest.fixture
def away(approval: OpeningApplication, settings: Any) -> OpeningApplication:
    """An application whose document is in a bucket that nobody answers for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    reached = {
        "AWS_ENDPOINT_URL": nobody,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    place = storage_at("s3://notelink/documents", reached)
    settings.STORAGES = {**settings.STORAGES, "default": place}
    return approval


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("b.pdf", PDF)


def test_who_opens_a_document_reads_that_it_cannot_be_had_now(
    away: OpeningApplication, alice: User, client_of: ClientOf
) -> None:
    page = reverse("merchants:application-document", args=[away.pk])
    answer = client_of(alice).get(page)
    assert answer.status_code == 503
    assert SAYS in answer.content.decode()
    with translation.override(words.CHINESE):
        assert "文件" in StoreAway().message


@pytest.mark.usefixtures("away")
def test_who_hands_a_document_in_reads_at_its_field_that_nothing_was_saved(
    shop: Merchant, opening: Opening, alice: User, client_of: ClientOf
) -> None:
    page = reverse("merchants:application-new", args=[shop.code])
    OpeningApplication.objects.all().delete()
    asked = {"programme": opening.programme_id, "category": opening.category_id}
    answer = client_of(alice).post(page, {**asked, "document": a_file()})
    assert answer.status_code == 503
    assert SAYS in answer.content.decode()
    assert f'value="{opening.category_id}" selected' in answer.content.decode()
    assert not OpeningApplication.objects.exists()
    refused = client_of(alice).post(page, asked)
    assert refused.status_code == 422


def test_what_was_returned_stays_so_when_its_new_document_cannot_be_saved(
    away: OpeningApplication, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    OpeningApplication.objects.update(status=ApplicationStatus.RETURNED)
    page = reverse("merchants:application-detail", args=[shop.code, away.pk])
    answer = client_of(alice).post(page, {"document": a_file()})
    assert answer.status_code == 503
    assert SAYS in answer.content.decode()
    again = OpeningApplication.objects.get(pk=away.pk)
    assert (again.status, again.document) == (ApplicationStatus.RETURNED, away.document)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("away")
def test_the_health_of_the_site_names_documents() -> None:
    assert not parts.findings()["documents"].is_well


@pytest.mark.usefixtures("away")
def test_a_sweep_goes_on_where_documents_cannot_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    thinned = []
    monkeypatch.setattr(drafts, "thin", lambda: thinned.append(True))
    with pytest.raises(ExceptionGroup) as failed:
        tasks.sweep()
    assert [type(error) for error in failed.value.exceptions] == [StoreAway]
    assert thinned == [True]


def test_without_the_word_for_it_the_page_breaks(
    away: OpeningApplication, alice: User, client_of: ClientOf, settings: Any
) -> None:
    """The twin: the storage as its library has it."""
    plain = f"{S3Storage.__module__}.{S3Storage.__name__}"
    assert settings.STORAGES["default"]["BACKEND"] == f"{bucket.__name__}.BucketStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "BACKEND": plain},
    }
    page = reverse("merchants:application-document", args=[away.pk])
    with pytest.raises(EndpointConnectionError):
        client_of(alice).get(page)
