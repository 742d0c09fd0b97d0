"""How far the demo world is, told at a terminal."""

import io

import pytest
from django.core.management.base import OutputWrapper
from django.utils import translation

from demo.story.telling import Teller
from portal import words


@pytest.mark.parametrize(
    ("language", "told"),
    [(words.ENGLISH, "30 merchants have settled in ("), (words.CHINESE, "30 个商家已入驻 (")],
)
def test_a_step_is_told_in_the_language_of_the_terminal_whatever_the_people_speak(
    language: str, told: str
) -> None:
    terminal = io.StringIO()
    with translation.override(language):
        teller = Teller(OutputWrapper(terminal))
    for spoken in (words.CHINESE, words.ENGLISH):
        with translation.override(spoken):
            teller.step("%(count)s merchants have settled in", count="30")
    assert terminal.getvalue().count(told) == 2
