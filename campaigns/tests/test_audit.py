"""The audit log names a boost in the language of who reads it, whatever that of who acted."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.tests.conftest import RequestBoost
from portal import words
from portal.accounts import audit
from portal.accounts.models import AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("acted_in", [words.CHINESE, words.ENGLISH])
def test_what_was_acted_upon_is_named_as_its_reader_speaks(
    acted_in: str, a_boost: RequestBoost, admin: User, client_of: Callable[[User], Client]
) -> None:
    with translation.override(acted_in):
        boost = a_boost()
    entry = AuditEntry.objects.get(subject=audit.name_of(boost), verb="boost.requested")
    read = {}
    for language in (words.CHINESE, words.ENGLISH):
        User.objects.filter(pk=admin.pk).update(language=language)
        with translation.override(language):
            assert entry.called == str(boost)
        page = client_of(User.objects.get(pk=admin.pk)).get(reverse("accounts:platform-audit"))
        read[language] = page.content.decode()
    assert "Boost of" in read[words.ENGLISH]
    assert "Boost of" not in read[words.CHINESE]


def test_words_of_either_language_find_it(a_boost: RequestBoost) -> None:
    boost = a_boost()
    for language in (words.CHINESE, words.ENGLISH):
        with translation.override(language):
            found = AuditEntry.objects.filter(label__contains=str(boost))
            assert found.filter(subject=audit.name_of(boost)).exists()
