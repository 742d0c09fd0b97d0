"""What was given out is given again: the same bytes, asked as of then."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from campaigns.campaigns import verbs as campaigns
from merchants.catalogue.models import Product
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from reports.answers import provenance
from reports.attribution import drafts
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take, sold, take
from reports.attribution.tests.steps import LAST, attribute, order, touch
from reports.tests.factory import publish
from reports.tests.test_report_of_campaigns import opened

pytestmark = pytest.mark.django_db
__all__ = ["sold", "take"]

TODAY = clock.today()
FIRST = LAST - timedelta(days=3)


def printed(listing: Listing, form: str, **more: str) -> str:
    out = StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in more.items()]
    call_command(
        "report", listing.merchant.code, f"--from={FIRST}", f"--to={TODAY}", f"--format={form}",
        *options, stdout=out,
    )  # fmt: skip
    return out.getvalue()


def downloaded(client: Client, listing: Listing, **more: str) -> str:
    asked = {"first_on": str(FIRST), "last_on": str(TODAY), "export": "csv", **more}
    answer = client.get(f"/m/{listing.merchant.code}/reports/", asked)
    assert answer.status_code == 200
    streamed: Any = answer
    return b"".join(streamed.streaming_content).decode()


def moment_of(csv: str) -> str:
    return csv.splitlines()[1].rpartition(",")[2].strip('"')


def test_files_that_were_given_are_given_again_with_the_same_bytes(
    sold: Listing, take: Take, client_of: Callable[[User], Client], alice: User
) -> None:
    """Late files change the days, the day that is not over among them, and one makes some stale."""
    client, files, answers = client_of(alice), [], []
    for k in range(5):
        take("taobao_tmall", order(f"now{k}", sold, occurred_at=clock.now().isoformat()))
        take("community", touch(f"late{k}", sold, days_ago=k))
        if k != 3:
            attribute(FIRST, TODAY)
        files.append(downloaded(client, sold))
        answers.append(printed(sold, "json"))
    attribute(FIRST, TODAY)
    with clock.at(clock.now() + drafts.KEPT):
        drafts.sweep()
        for csv in files:
            assert downloaded(client, sold, as_of=moment_of(csv)) == csv
        for answer in answers:
            assert printed(sold, "json", as_of=json.loads(answer)["as_of"]) == answer
    assert len({csv.replace(moment_of(csv), "") for csv in files}) > 3
    assert json.loads(answers[3])["stale"]
    assert not json.loads(printed(sold, "json"))["stale"]


def fetched(client: Client, address: str, **asked: str) -> str:
    answer: Any = client.get(address, {"first_on": str(FIRST), "last_on": str(TODAY), **asked})
    assert answer.status_code == 200
    return b"".join(answer).decode()


def test_comparisons_and_objects_that_were_given_are_given_again_with_the_same_bytes(
    sold: Listing, take: Take, client_of: Callable[[User], Client], alice: User
) -> None:
    """Late orders change them; the page as of then says so, and has the numbers of then."""
    client, merchant = client_of(alice), sold.merchant.code
    pks = {
        "note": sold.note_id, "listing": sold.pk, "product": sold.product_id,
        "store": sold.product.store_id,
    }  # fmt: skip
    addresses = [f"/m/{merchant}/reports/models/"]
    addresses += [f"/m/{merchant}/reports/{kind}/{pk}/" for kind, pk in pks.items()]
    take("community", *(touch(f"now{k}", sold, days_ago=k) for k in (0, -2)))
    attribute(FIRST, TODAY)
    given = {
        (address, form): fetched(client, address, export=form)
        for address in addresses
        for form in ("csv", "json")
    }
    moments = {
        (address, form): json.loads(text)["as_of"] if form == "json" else moment_of(text)
        for (address, form), text in given.items()
    }
    take("taobao_tmall", order("late", sold, occurred_at=clock.now().isoformat(), value_fen=900))
    attribute(FIRST, TODAY)
    with clock.at(clock.now() + drafts.KEPT):
        drafts.sweep()
        for (address, form), text in given.items():
            moment = moments[address, form]
            assert fetched(client, address, export=form, as_of=moment) == text
            # The twin: without the moment the numbers are those of now.
            now = fetched(client, address, export=form)
            assert now.replace(moment_of(now) if form == "csv" else "", "") != text
    moment = moments[addresses[0], "json"]
    for address in (addresses[0], f"/m/{merchant}/notes/{sold.note_id}/"):
        assert "¥10.00" in fetched(client, address)
        then = fetched(client, address, as_of=moment)
        assert "¥10.00" not in then
        assert "¥1.00" in then
        assert "Show the numbers of now" in then


def test_a_campaigns_file_is_given_again_whatever_its_address_says(
    sold: Listing,
    take: Take,
    client_of: Callable[[User], Client],
    alice: User,
) -> None:
    """It ends with yesterday, whose touches earned today: it is asked for tomorrow, when today was
    computed before it was over; that is done anew with a late order, and then the note leaves."""
    campaign, client = opened(sold.merchant, "618", alice, sold), client_of(alice)
    address = f"/m/{sold.merchant.code}/reports/campaign/{campaign.pk}/"
    asked = {"last_on": str(TODAY - timedelta(days=1)), "time_base": "order", "by": "placement"}
    take("community", touch("t9", sold, days_ago=-1))
    now = {"occurred_at": clock.now().isoformat()}
    take("taobao_tmall", order("now", sold, **now))
    attribute(FIRST, TODAY)
    tomorrow = clock.start_of(TODAY) + timedelta(days=1, minutes=1)
    with clock.at(tomorrow):
        attribute(TODAY + timedelta(days=1), TODAY + timedelta(days=1))
        given = fetched(client, address, export="json", **asked)
        assert json.loads(given)["numbers"]["credited_gmv"] == 200
        take("taobao_tmall", order("late", sold, value_fen=900, **now))
        attribute(FIRST, TODAY)
        changed = json.loads(fetched(client, address, export="json", **asked))
        assert changed["numbers"]["credited_gmv"] == 1100
    with clock.at(tomorrow + drafts.KEPT):
        campaigns.take_out(campaign, sold.note, by=alice)
        drafts.sweep()
        moment = json.loads(given)["as_of"]
        assert fetched(client, address, export="json", as_of=moment, **asked) == given


def test_the_file_of_an_object_is_of_the_merchants_own(
    sold: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    client, merchant = client_of(alice), sold.merchant.code
    for kind in ("note", "listing", "product", "store", "boost", "nothing"):
        assert client.get(f"/m/{merchant}/reports/{kind}/999999/").status_code == 404
    assert client.get(f"/m/{merchant}/reports/note/{sold.note_id}/?first_on=?").status_code == 422


def test_a_store_that_begins_later_is_not_waited_for_as_of_then(
    sold: Listing, in_app_product: Product, alice: User
) -> None:
    attribute(FIRST, TODAY)
    given = printed(sold, "json")
    another = listings.link(
        sold.merchant, note=sold.note, product=in_app_product, placement="comment_pinned",
        has_ad_label=True, by=alice,
    )  # fmt: skip
    listings.publish(another, by=alice)
    assert printed(sold, "json", as_of=json.loads(given)["as_of"]) == given
    waited = {one["store"] for one in json.loads(printed(sold, "json"))["missing"]}
    assert waited == {None, sold.product.store.external_id, in_app_product.store.external_id}


def test_names_are_those_of_today(sold: Listing, take: Take) -> None:
    take("community", touch("t0", sold, days_ago=0, user_id="somebody"))
    attribute(FIRST, TODAY)
    given = printed(sold, "csv")
    old = sold.note.title
    Note.objects.filter(pk=sold.note_id).update(title="Another name")
    again = printed(sold, "csv", as_of=moment_of(given))
    assert again == given.replace(old, "Another name")


def test_days_that_were_equal_again_are_as_stale_as_they_were(sold: Listing, take: Take) -> None:
    attribute(FIRST, TODAY)
    take("community", touch("t9", sold, days_ago=0, user_id="somebody", kind="like"))
    take("community", touch("t9", sold, days_ago=0, user_id="somebody", note_id="?", kind="like"))
    given = printed(sold, "json")
    assert json.loads(given)["stale"]
    attribute(FIRST, TODAY)
    assert not json.loads(printed(sold, "json"))["stale"]
    assert printed(sold, "json", as_of=json.loads(given)["as_of"]) == given


def test_a_copy_that_nobody_was_given_is_not_made_up(sold: Listing, take: Take) -> None:
    """The twin of keeping: a moment between two copies of today that were replaced has none."""
    take("taobao_tmall", order("now1", sold, occurred_at=clock.now().isoformat()))
    attribute(FIRST, TODAY)
    between = clock.now()
    take("taobao_tmall", order("now2", sold, occurred_at=clock.now().isoformat()))
    attribute(FIRST, TODAY)
    answer = json.loads(printed(sold, "json", as_of=between.isoformat()))
    assert str(TODAY) in answer["gaps"]


def test_the_page_says_of_which_moment_it_is(
    sold: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    attribute(FIRST, TODAY)
    moment = clock.now().isoformat()
    asked = {"first_on": str(FIRST), "last_on": str(TODAY)}
    address = f"/m/{sold.merchant.code}/reports/"
    assert b"Show the numbers of now" not in client_of(alice).get(address, asked).content
    page = client_of(alice).get(address, {**asked, "as_of": moment})
    assert b"Show the numbers of now" in page.content
    assert page.context["page"].question.as_of is not None


@pytest.mark.parametrize("moment", ["soon", "2026-02-01T12:00:00"])
def test_a_moment_that_is_none_is_refused(sold: Listing, moment: str) -> None:
    with pytest.raises(CommandError, match="a moment is like"):
        printed(sold, "csv", as_of=moment)


def test_a_moment_that_is_still_to_come_is_refused(
    sold: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    ahead = (clock.now() + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError, match="still to come"):
        printed(sold, "csv", as_of=ahead)
    page = client_of(alice).get(f"/m/{sold.merchant.code}/reports/", {"as_of": ahead})
    assert page.status_code == 422
    assert b"still to come" in page.content


def test_old_copies_are_thinned_to_the_last_of_each_day(
    live_listing: Listing, settings: Any
) -> None:
    """What was given out stays, and what is shown."""
    now = clock.now()
    for days_ago, hour in ((500, 1), (500, 2), (500, 3), (499, 1), (30, 1), (30, 2), (0, 1)):
        ReportDay.objects.current().update(superseded_at=now - timedelta(days=days_ago))
        [day] = publish(live_listing.merchant, LAST)
        at = clock.start_of(TODAY - timedelta(days=days_ago)) + timedelta(hours=hour)
        ReportDay.objects.filter(pk=day.pk).update(published_at=at)
    first, second, *_rest = ReportDay.objects.order_by("pk")
    ReportDay.objects.filter(pk=first.pk).update(given_at=first.published_at)
    assert drafts.thin() == 1
    assert not ReportDay.objects.filter(pk=second.pk).exists()
    assert ReportDay.objects.count() == 6
    assert drafts.thin() == 0


def test_a_file_says_its_form_which_is_another_with_other_columns(sold: Listing) -> None:
    """Red for a change of columns or keys: raise the form, and write the new mark beside it."""
    attribute(FIRST, LAST)
    answer = json.loads(printed(sold, "json"))
    names = "\n".join([*provenance.columns(), *sorted(answer)])
    mark = sha256(names.encode()).hexdigest()[:12]
    assert {answer["form"]: mark} == {1: "6e699aea3844"}
    row, *_others = csv.DictReader(StringIO(printed(sold, "csv", by="day")))
    assert row["Form of the file"] == "1"
