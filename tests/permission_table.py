"""Who gets what at every URL of the site. A new URL needs a row here, or the test is red.

How to add a row:

1. `page("merchants:store-detail", "merchant.code store.pk", MEMBERS)` for a page that is read,
   `button("merchants:store-verify", "store.pk", ADMINS_POST)` for a URL that takes a POST.
2. The second argument fills the URL: each word is a path into the `world` fixture
   (`tests/conftest.py`), where each name is an object of Alice's merchant. Add objects there.
3. The third argument is one status per persona, in the order of PERSONAS. Use a named row when
   it says what is meant, else write the eight numbers:
   `"302 200 200 403 403 404 403 403"` (owner and operator; not theirs: 404, not allowed: 403).
4. `query="?q=..."` is appended; `data={...}` is the body of the POST. Give a body that is really
   valid for those who may, so that the row shows the success (302), or an empty one (422).

Every row is asked plainly and by htmx, and what Charlie gets is searched for Alice's names.
"""

import hashlib
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Protocol

from django.urls import reverse

from tests.papers import PNG

# What tells the cover of the world's note from others.
COVER = hashlib.sha256(PNG).hexdigest()[:12]
PERSONAS = (
    "anonymous", "owner", "operator", "analyst", "finance", "stranger", "account_manager", "admin",
)  # fmt: skip

#                    anon own ope ana fin str mgr adm
GONE              = "404 404 404 404 404 404 404 404"  # fmt: skip
TOLD_TO_SEND      = "405 405 405 405 405 405 405 405"  # fmt: skip
SENT_ELSEWHERE    = "302 302 302 302 302 302 302 302"  # fmt: skip
NOT_SET_UP        = "302 404 404 404 404 404 404 404"  # fmt: skip
EVERYBODY         = "200 200 200 200 200 200 200 200"  # fmt: skip
SIGNED_IN         = "302 200 200 200 200 200 200 200"  # fmt: skip
SIGNED_IN_POST    = "302 302 302 302 302 302 302 302"  # fmt: skip
ANONYMOUS         = "200 302 302 302 302 302 302 302"  # fmt: skip
MEMBERS           = "302 200 200 200 200 404 404 404"  # fmt: skip
INSIDE            = "302 200 200 200 200 404 200 200"  # fmt: skip
EDITORS           = "302 200 200 403 403 404 403 403"  # fmt: skip
EDITORS_POST      = "302 302 302 403 403 404 403 403"  # fmt: skip
OWNER             = "302 200 403 403 403 404 403 403"  # fmt: skip
ASKER             = "302 200 404 404 404 404 404 404"  # fmt: skip
OWNER_POST        = "302 302 403 403 403 404 403 403"  # fmt: skip
PLATFORM          = "302 403 403 403 403 403 200 200"  # fmt: skip
ADMINS            = "302 403 403 403 403 403 403 200"  # fmt: skip
ADMINS_POST       = "302 403 403 403 403 403 403 302"  # fmt: skip
MANAGERS          = "302 403 403 403 403 403 200 403"  # fmt: skip
MANAGERS_POST     = "302 403 403 403 403 403 302 403"  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One URL and what each persona gets there."""

    url_name: str
    args: str
    statuses: tuple[int, ...]
    method: str = "GET"
    query: str = ""
    data: dict[str, object] = field(default_factory=dict)
    is_public: bool = False

    @property
    def reader(self) -> str:
        """The first persona who gets the page; "" where nobody does, and for a button."""
        read = zip(PERSONAS, self.statuses, strict=True) if self.method == "GET" else ()
        return next((who for who, status in read if status == 200), "")

    def __str__(self) -> str:
        return f"{self.method} {self.url_name}{self.query}"


def page(url_name: str, args: str, statuses: str, *, query: str = "") -> Row:
    return Row(url_name, args, _numbers(statuses), query=query)


def shop_window(url_name: str, args: str, statuses: str) -> Row:
    """A page of the community's shop: what it shows is for everyone to see."""
    return Row(url_name, args, _numbers(statuses), is_public=True)


def button(
    url_name: str, args: str, statuses: str, *, data: dict[str, object] | None = None
) -> Row:
    return Row(url_name, args, _numbers(statuses), method="POST", data=data or {})


class Addressed(Protocol):
    """Whatever names a URL and what fills it."""

    @property
    def url_name(self) -> str: ...

    @property
    def args(self) -> str: ...


def address(row: Addressed, world: dict[str, Any]) -> str:
    """The row's URL, without its query, for the objects of `world`."""
    return reverse(row.url_name, args=[_look_up(world, path) for path in row.args.split()])


def _look_up(world: dict[str, Any], path: str) -> Any:
    name, *attributes = path.split(".")
    return reduce(getattr, attributes, world[name])


def _numbers(statuses: str) -> tuple[int, ...]:
    numbers = tuple(int(status) for status in statuses.split())
    assert len(numbers) == len(PERSONAS), statuses
    return numbers


ACCOUNTS = [
    button("accounts:language-set", "", SIGNED_IN_POST, data={"language": "zh-hans"}),
    button("accounts:theme-set", "", SIGNED_IN_POST, data={"theme": "dark"}),
    page("accounts:invitation-accept", "made_up_key", GONE),
    page("accounts:account-settings", "", SIGNED_IN),
    page("accounts:factor-setup", "", SENT_ELSEWHERE),
    page("accounts:carry-on", "", SENT_ELSEWHERE),
    page("accounts:team-detail", "team.pk", "302 200 200 200 200 404 403 403"),
    page("accounts:team-invite", "team.pk", OWNER),
    page("accounts:membership-edit", "team.pk membership.pk", OWNER),
    button("accounts:membership-remove", "team.pk membership.pk", OWNER_POST),
    button("accounts:invitation-withdraw", "team.pk invitation.pk", OWNER_POST),
    page("accounts:team-audit", "team.pk", "302 200 403 403 403 404 403 200"),
    page("accounts:platform-audit", "", ADMINS),
]

LOGIN = [
    page("account_login", "", ANONYMOUS),
    page("account_logout", "", SIGNED_IN),
    page("account_inactive", "", EVERYBODY),
    page("account_signup", "", ANONYMOUS),
    page("account_reauthenticate", "", SIGNED_IN),
    page("account_email", "", SIGNED_IN),
    page("account_email_verification_sent", "", EVERYBODY),
    page("account_change_password", "", SIGNED_IN),
    page("account_set_password", "", SENT_ELSEWHERE),
    page("account_reset_password", "", EVERYBODY),
    page("account_confirm_login_code", "", SENT_ELSEWHERE),
    page("account_confirm_email", "made_up_key", EVERYBODY),
    page("account_reset_password_from_key_done", "", EVERYBODY),
    page("account_reset_password_from_key", "made_up_uid made_up_key", EVERYBODY),
    page("account_reset_password_done", "", EVERYBODY),
]

SECOND_FACTOR = [
    page("mfa_index", "", SIGNED_IN),
    page("mfa_authenticate", "", SENT_ELSEWHERE),
    page("mfa_reauthenticate", "", SENT_ELSEWHERE),
    page("mfa_activate_totp", "", SIGNED_IN),
    page("mfa_deactivate_totp", "", NOT_SET_UP),
    page("mfa_view_recovery_codes", "", NOT_SET_UP),
    page("mfa_generate_recovery_codes", "", SIGNED_IN),
    page("mfa_download_recovery_codes", "", NOT_SET_UP),
    page("mfa_list_webauthn", "", SIGNED_IN),
    page("mfa_add_webauthn", "", SIGNED_IN),
    page("mfa_reauthenticate_webauthn", "", SENT_ELSEWHERE),
    page("mfa_remove_webauthn", "made_up_number", NOT_SET_UP),
    page("mfa_edit_webauthn", "made_up_number", NOT_SET_UP),
    page("mfa_login_webauthn", "", SENT_ELSEWHERE),
]

JOBS = [
    page("jobs:job-progress", "job.pk", INSIDE),
    page("jobs:job-list", "", ADMINS),
    page("jobs:job-give-up", "job.pk", ADMINS),
    button("jobs:job-give-up", "job.pk", ADMINS_POST, data={"reason": "Nobody needs it."}),
    button("jobs:job-try", "job.pk", ADMINS_POST),
]

WEBHOOKS = [
    page("webhooks:endpoint-list", "", ADMINS),
    page("webhooks:endpoint-new", "", ADMINS),
    page("webhooks:endpoint-detail", "endpoint.pk", ADMINS),
    page("webhooks:endpoint-edit", "endpoint.pk", ADMINS),
    page("webhooks:endpoint-sign", "endpoint.pk", ADMINS),
    page("webhooks:endpoint-off", "endpoint.pk", ADMINS),
    button("webhooks:endpoint-on", "endpoint.pk", ADMINS_POST),
    page("webhooks:endpoint-rotate", "endpoint.pk", ADMINS),
    button("webhooks:endpoint-keys", "endpoint.pk", "302 403 403 403 403 403 403 200"),
    page("webhooks:message-detail", "message.pk", ADMINS),
    button("webhooks:message-replay", "message.pk", ADMINS_POST),
]

EXPORTS = [
    page("exports:export-detail", "export.pk", ASKER),
    page("exports:export-file", "export.pk", ASKER),
]

NOTICES = [
    page("notices:notice-list", "", SIGNED_IN),
    button("notices:notice-read-all", "", SIGNED_IN_POST),
]

M = "merchant.code"

MERCHANTS = [
    page("merchants:merchant-new", "", SIGNED_IN),
    page("merchants:merchant-detail", M, INSIDE),
    button("merchants:merchant-submit", M, OWNER_POST),
    page("merchants:store-list", M, INSIDE),
    page("merchants:store-new", M, EDITORS),
    page("merchants:store-detail", f"{M} store.pk", INSIDE),
    page("merchants:store-edit", f"{M} store.pk", EDITORS),
    page("merchants:product-list", M, INSIDE),
    page("merchants:product-new", M, EDITORS),
    page("merchants:product-paste", M, EDITORS),
    page("merchants:product-detail", f"{M} product.pk", INSIDE),
    page("merchants:product-edit", f"{M} product.pk", EDITORS),
    page("merchants:note-list", M, INSIDE),
    page("merchants:feed-request-new", M, EDITORS),
    button("merchants:feed-request-withdraw", f"{M} feedrequest.pk", EDITORS_POST),
    page("merchants:note-detail", f"{M} note.pk", INSIDE),
    page("merchants:note-cover", f"{M} note.pk", INSIDE, query=f"?v={COVER}"),
    page("merchants:listing-list", M, INSIDE),
    page("merchants:listing-new", M, EDITORS),
    page("merchants:listing-detail", f"{M} listing.pk", INSIDE),
    page("merchants:listing-qr", f"{M} listing.pk", INSIDE),
    page("merchants:listing-edit", f"{M} listing.pk", EDITORS),
    button("merchants:listing-publish", f"{M} listing.pk", EDITORS_POST),
    button("merchants:listing-pause", f"{M} listing.pk", EDITORS_POST),
    button("merchants:listing-resume", f"{M} listing.pk", EDITORS_POST),
    button("merchants:listing-end", f"{M} listing.pk", EDITORS_POST),
    page("merchants:offer-list", M, INSIDE),
    page("merchants:application-list", M, INSIDE),
    page("merchants:application-new", M, EDITORS),
    page("merchants:application-detail", f"{M} application.pk", INSIDE),
    page("merchants:application-document", "application.pk", INSIDE),
    page("merchants:merchant-directory", "", ADMINS),
    page("merchants:merchant-assign", "merchant.pk", ADMINS),
    page("merchants:store-directory", "", ADMINS),
    page("merchants:rulechange-list", "", ADMINS),
    page("merchants:rulechange-new", "", ADMINS),
    page("merchants:rulechange-detail", "rulechange.pk", ADMINS),
    page("merchants:rulechange-back", "rulechange.pk", ADMINS),
    button("merchants:rulechange-withdraw", "rulechange.pk", ADMINS_POST),
    # The addresses of before lead to those of rule changes.
    page("merchants:opening-list", "", ADMINS_POST),
    page("merchants:opening-new", "", ADMINS_POST),
    page("merchants:opening-detail", "opening.pk", ADMINS_POST),
    page("merchants:application-directory", "", ADMINS),
    page("merchants:policy-matrix", "", PLATFORM),
    page("merchants:policy-json", "", PLATFORM),
    page("merchants:policy-cell", "", PLATFORM, query="?category=beauty&placement=note_body"),
    page("merchants:policy-calendar", "", PLATFORM),
]

REVIEW = [
    page("review:review-list", "", PLATFORM),
    page("review:review-quality", "", PLATFORM),
    page("review:review-quality", "", PLATFORM, query="?by=reason"),
    page("review:review-detail", "merchant_kind merchant.pk", ADMINS),
    page("review:review-detail", "store_kind store.pk", ADMINS),
    page("review:review-detail", "feed_kind feedrequest.pk", ADMINS),
    page("review:review-detail", "application_kind application.pk", ADMINS),
    page("review:review-detail", "rulechange_kind rulechange.pk", ADMINS),
    page("review:review-detail", "boost_kind boost.pk", MANAGERS),
    page("review:review-together", "boost_kind campaign.pk", MANAGERS),
    page("review:comment-ask", "boost_kind boost.pk", MANAGERS),
    page("review:comment-answer", "boost_kind boost.pk", EDITORS),
    button("review:review-claim", "boost_kind boost.pk", MANAGERS_POST),
    button("review:review-release", "boost_kind boost.pk", MANAGERS_POST),
    page("review:review-detail", "payment_kind payment.pk", MANAGERS),
    page("review:review-detail", "refund_kind refund.pk", MANAGERS),
    page("review:review-detail", "top_up_kind top_up.pk", ADMINS),
]

READERS = [
    shop_window("merchants:link-follow", "listing.code", SENT_ELSEWHERE),
    shop_window("merchants:product-card", "in_app_product.pk", EVERYBODY),
    shop_window("merchants:store-card", "in_app_store.pk", EVERYBODY),
    shop_window("merchants:product-search", "", EVERYBODY),
]

CAMPAIGNS = [
    page("campaigns:boost-list", M, INSIDE),
    page("campaigns:boost-new", M, EDITORS),
    page("campaigns:boost-quick", M, EDITORS),
    page("campaigns:boost-detail", f"{M} boost.pk", INSIDE),
    page("campaigns:boost-edit", f"{M} boost.pk", EDITORS),
    button("campaigns:boost-submit", f"{M} boost.pk", EDITORS_POST),
    button("campaigns:boost-withdraw", f"{M} boost.pk", EDITORS_POST),
    button("campaigns:boost-pause", f"{M} boost.pk", EDITORS_POST),
    button("campaigns:boost-resume", f"{M} boost.pk", EDITORS_POST),
    page("campaigns:boost-stop", f"{M} boost.pk", EDITORS),
    page("campaigns:boost-appeal", f"{M} boost.pk", EDITORS),
    page("campaigns:boost-stop-any", "boost.pk", PLATFORM),
    page("campaigns:campaign-list", M, INSIDE),
    page("campaigns:campaign-new", M, EDITORS),
    page("campaigns:campaign-detail", f"{M} campaign.pk", INSIDE),
    page("campaigns:campaign-edit", f"{M} campaign.pk", EDITORS),
    page("campaigns:campaign-note-add", f"{M} campaign.pk", EDITORS),
    button("campaigns:campaign-note-remove", f"{M} campaign.pk note.pk", EDITORS_POST),
    button("campaigns:campaign-close", f"{M} campaign.pk", EDITORS_POST),
    button("campaigns:campaign-open", f"{M} campaign.pk", EDITORS_POST),
    page("campaigns:cost-list", M, INSIDE),
    page("campaigns:cost-new", M, "302 200 200 403 200 404 403 403"),
    page("campaigns:cost-file-new", M, "302 200 200 403 200 404 403 403"),
    page("campaigns:cost-detail", f"{M} cost.key", INSIDE),
    page("campaigns:cost-edit", f"{M} cost.key", "302 200 200 403 200 404 403 403"),
    button("campaigns:cost-withdraw", f"{M} cost.key", "302 302 302 403 302 404 403 403"),
    page("campaigns:assumption-list", M, INSIDE),
    page("campaigns:assumption-new", M, "302 200 403 403 200 404 403 403"),
    page("campaigns:wallet-detail", M, "302 200 403 403 200 404 200 403"),
    page("campaigns:announcement-new", M, "302 200 403 403 200 404 403 403"),
    button(
        "campaigns:announcement-withdraw", f"{M} announcement.pk", "302 302 403 403 302 404 403 403"
    ),
    page("campaigns:refund-list", M, "302 200 403 403 200 404 200 403"),
    page("campaigns:refund-new", M, "302 200 403 403 200 404 403 403"),
    button("campaigns:refund-withdraw", f"{M} refund.pk", "302 302 403 403 302 404 403 403"),
    page("campaigns:payout-list", "", ADMINS),
    page("campaigns:invoice-list", M, "302 200 403 403 200 404 200 403"),
    page("campaigns:invoice-new", M, "302 200 403 403 200 404 403 403"),
    button("campaigns:invoice-withdraw", f"{M} invoice.pk", "302 302 403 403 302 404 403 403"),
    page("campaigns:invoice-document", "issued.pk", "302 200 403 403 200 404 200 200"),
    page("campaigns:issuing-list", "", ADMINS),
    button("campaigns:invoice-ask-back", f"{M} issued.pk", "302 302 403 403 302 404 403 403"),
    button("campaigns:invoice-keep", f"{M} issued.pk", "302 302 403 403 302 404 403 403"),
    page("campaigns:red-document", "credited.pk", "302 200 403 403 200 404 200 200"),
    page("campaigns:invoice-take-back", "invoice.pk", ADMINS),
    page("campaigns:invoice-decline", "invoice.pk", ADMINS),
    page("campaigns:invoice-issue", "invoice.pk", ADMINS),
    page("campaigns:invoice-return", "invoice.pk", ADMINS),
    page("campaigns:reconciliation-list", "", ADMINS),
    button("campaigns:reconciliation-run", "", "302 403 403 403 403 403 403 302"),
    page("campaigns:payout-book", "refund.pk", ADMINS),
    page("campaigns:payout-turn-down", "refund.pk", ADMINS),
    page("campaigns:statement-list", M, "302 200 403 403 200 404 200 403"),
    page("campaigns:statement-detail", f"{M} month", "302 200 403 403 200 404 200 403"),
    page("campaigns:wallet-deposit", M, "302 403 403 403 403 404 200 403"),
    page("campaigns:review-detail", "boost.pk", SENT_ELSEWHERE),
    page("campaigns:merchant-list", "", MANAGERS),
    page("campaigns:payment-new", "", MANAGERS),
    page("campaigns:fairness-list", "", ADMINS),
    page("campaigns:fund-list", "", ADMINS),
    page("campaigns:fund-new", "", ADMINS),
    page("campaigns:fund-pay-in", "fund.pk", ADMINS),
    page("campaigns:fund-detail", "fund.pk", ADMINS),
    page("campaigns:fund-edit", "fund.pk", ADMINS),
    page("campaigns:partner-detail", "fund.pk", ADMINS),
    page("campaigns:partner-address", "fund.pk", ADMINS),
    page("campaigns:partner-sign", "fund.pk", ADMINS),
    page("campaigns:partner-send", "fund.pk", ADMINS),
    button("campaigns:guest-revoke", "fundguest.pk", ADMINS_POST),
    page("campaigns:partner-enter", "", EVERYBODY),
    # Nobody has entered with a code.
    page("campaigns:partner-fund", "", GONE),
    button("campaigns:partner-leave", "", SIGNED_IN_POST),
    page("campaigns:round-new", "fund.pk", ADMINS),
    page("campaigns:round-detail", "award.round.pk", ADMINS),
    page("campaigns:round-move", "award.round.pk", ADMINS),
    page("campaigns:round-call-off", "award.round.pk", ADMINS),
    page("campaigns:award-list", "merchant.code", INSIDE),
    # Signed, not signed in: a reader is told to send.
    shop_window(
        "campaigns:deliveries", "ad_server.endpoint.code", "405 405 405 405 405 405 405 405"
    ),
    page("campaigns:ad-server-list", "", ADMINS),
    page("campaigns:ad-server-new", "", ADMINS),
    page("campaigns:ad-server-edit", "ad_server.pk", ADMINS),
    page("campaigns:delivery-message-list", "ad_server.pk", ADMINS),
    page("campaigns:refused-list", "", ADMINS),
    page("campaigns:apart-list", "", ADMINS),
]

REPORTS = [
    page("reports:batch-list", "", ADMINS),
    page("reports:batch-new", "", ADMINS),
    page("reports:batch-detail", "batch.pk", ADMINS),
    page("reports:batch-quarantine", "batch.pk", ADMINS),
    page("reports:source-list", "", PLATFORM),
    page("reports:source-detail", "batch.source.pk", PLATFORM),
    page("reports:unplaced-list", "", PLATFORM),
    page("reports:health-platform", "", PLATFORM),
    page("reports:breach-list", "", PLATFORM),
    page("reports:health-merchant", M, INSIDE),
    page("reports:source-edit", "batch.source.pk", ADMINS),
    page("reports:suspension-list", "", PLATFORM),
    page("reports:suspension-new", "batch.source.pk", ADMINS),
    page("reports:suspension-detail", "suspension.pk", INSIDE),
    page("reports:suspension-edit", "suspension.pk", ADMINS),
    page("reports:suspension-lift", "suspension.pk", ADMINS),
    page("reports:refund-list", "", PLATFORM),
    page("reports:refund-edit", "product.category.pk", ADMINS),
    page("reports:regime-list", "regime.source.pk", PLATFORM),
    page("reports:regime-new", "regime.source.pk", ADMINS),
    page("reports:regime-edit", "regime.pk", ADMINS),
    page("reports:regime-close", "regime.pk", ADMINS),
    page("reports:data-list", M, EDITORS),
    page("reports:data-new", M, EDITORS),
    page("reports:data-detail", f"{M} batch.pk", EDITORS),
    page("reports:data-quarantine", f"{M} batch.pk", EDITORS),
    page("reports:home", "", SENT_ELSEWHERE),
    page("reports:platform-home", "", PLATFORM),
    page("reports:search", "", SIGNED_IN, query="?q=Beauty"),
    page("reports:home-merchant", M, INSIDE),
    page("reports:report-detail", M, INSIDE),
    page("reports:report-models", M, INSIDE),
    page("reports:report-models", M, INSIDE, query="?export=json"),
    page("reports:report-object", f"{M} note_kind note.pk", INSIDE),
    page("reports:report-object", f"{M} store_kind store.pk", INSIDE, query="?export=json"),
    page("reports:report-changes", M, INSIDE),
    button("reports:report-run", M, "302 302 302 302 403 404 302 302"),
]

ROWS = [
    *ACCOUNTS,
    *LOGIN,
    *SECOND_FACTOR,
    *JOBS,
    *WEBHOOKS,
    *EXPORTS,
    *NOTICES,
    *MERCHANTS,
    *READERS,
    *REVIEW,
    *CAMPAIGNS,
    *REPORTS,
]
