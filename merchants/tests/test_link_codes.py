"""The code of a link is read as people mean it: typed, quoted, pasted out of a sentence."""

from urllib.parse import quote

import pytest
from django.test import Client

from merchants.links import codes
from merchants.listings.models import Listing

# What stands around the code `CODE` in what readers send.
FORMS = [
    "CODE", "CODE/", "CODE//", "/CODE", "CODE.", "CODE...", "CODE,", "CODE;", "CODE:", "CODE!",
    "CODE)", "(CODE)", "[CODE]", "<CODE>", "'CODE'", '"CODE"', "CODE，", "CODE。", "CODE、",
    "CODE；", "CODE！", "CODE？", "CODE…", "（CODE）", "“CODE”", "‘CODE’", "「CODE」", "《CODE》",
    "【CODE】", "CODE ", " CODE", "CODE\u3000", "CODE\xa0", "\u200bCODE\u200b", "CODE\ufeff",
    "\u202aCODE\u202c", "CODE\n", "CODE\t", "CODE快来看", "CODE，快来看", "CODE 复制打开",
    "CODE，CODE", "CODE%EF%BC%8C", "CODE*", "CODE-", "CODE_", "CODE~", "CODE|", "CODE\\",
    "CODE&from=note", "CODE=",
]  # fmt: skip


def full_width(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)


def split_unseen(code: str) -> str:
    return "\u200d".join(code)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("spelt", [str, str.upper, str.title, full_width, split_unseen])
def test_what_stands_around_a_code_does_not_matter(form: str, spelt: object) -> None:
    assert callable(spelt)
    assert codes.cleaned(form.replace("CODE", spelt("abcdefgh23"))) == "abcdefgh23"


@pytest.mark.parametrize("sent", ["", "/", "，", "\u200b", "快来看", "%00", "\x00", "%"])
def test_where_there_is_no_code_none_is_found(sent: str) -> None:
    assert codes.cleaned(sent) == ""


def test_a_code_is_not_made_of_what_stands_apart() -> None:
    assert codes.cleaned("abcde.fgh23") == "abcde"
    assert len(codes.cleaned("a" * 100_000)) < 1000


@pytest.mark.parametrize("path", ["/l/", "/L/"])
def test_a_link_leads_on_however_it_is_sent(live_listing: Listing, path: str) -> None:
    for form in FORMS:
        sent = quote(form.replace("CODE", live_listing.code.upper()), safe="/%&=()'!*~:;,")
        answer = Client().get(path + sent)
        assert answer.status_code == 302, form
        assert answer["Location"].startswith("https://detail.tmall.com/")


@pytest.mark.parametrize(
    "path", ["/l/", "/l/nosuchcode", "/l/%00", "/l/%FF%FE", "/l/" + "x" * 3000]
)
def test_a_code_nobody_knows_gets_a_page_that_leads_on(db: None, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This link leads nowhere" in page
    assert 'action="/find/"' in page
