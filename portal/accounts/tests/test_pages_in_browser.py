"""The pages about people, in a real browser."""

import pytest
from django.urls import reverse

from portal.accounts import teams
from portal.accounts.models import Role, Team, User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

LOOKS = [("en", "dark", DESKTOP), ("zh-hans", "light", PHONE)]


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_the_pages_of_a_team(
    page_of: PageOf, team: Team, alice: User, language: str, theme: str, width: int
) -> None:
    teams.invite(team, email="new@example.com", role=Role.ANALYST, by=alice)
    member = team.memberships.get(role=Role.FINANCE)
    page = page_of(alice, language=language, theme=theme, width=width)
    for path in [
        reverse("accounts:team-detail", args=[team.pk]),
        reverse("accounts:team-invite", args=[team.pk]),
        reverse("accounts:membership-edit", args=[team.pk, member.pk]),
        reverse("accounts:team-audit", args=[team.pk]),
        reverse("accounts:account-settings"),
        reverse("mfa_index"),
        reverse("account_change_password"),
        reverse("account_email"),
        "/no-such-page/",
    ]:
        page.goto(path)
        accessible(page)
        fits(page)


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_the_pages_in_front_of_the_door(
    page_of: PageOf, db: None, language: str, theme: str, width: int
) -> None:
    page = page_of(None, language=language, theme=theme, width=width)
    for name in ["account_login", "account_signup", "account_reset_password"]:
        page.goto(reverse(name))
        accessible(page)
        fits(page)
