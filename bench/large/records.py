"""What piles up in the large world: audit log, notices, jobs, data files, exports, applications."""

from bench.large.filling import fill
from bench.large.size import LISTINGS, Size
from merchants.openings.models import Opening, OpeningApplication
from merchants.rulechanges.models import RuleChange
from portal.accounts.models import AuditEntry, Invitation
from portal.exports.models import Export
from portal.jobs.models import Job
from portal.notices.models import Notice
from reports.sources.models import Batch, QuarantinedRow

FILES, BROKEN_ROWS, OPEN_JOBS, EXPORTS = 20_000, 100_000, 20, 1000


def make(size: Size) -> None:
    """The log is chained by nothing but its order, so rows made at once are as good as any."""
    _audit(size)
    _recorded(size)
    _notices(size)
    _files(size)
    _exports()
    _rules(size)
    people = {"email": "'new@bench.example'", "role": "'analyst'", "invited_by": "1"}
    fill(
        Invitation,
        "(VALUES (1)) v",
        team="1",
        token_hash="'x'",
        expires_at="now() + interval '5 days'",
        **people,
    )


def _audit(size: Size) -> None:
    # Every fifth entry is the busy merchant's; the oldest is two years old.
    age = f"({size.audit_entries} - n)::float / {size.audit_entries} * interval '730 days'"
    team = f"CASE WHEN n % 5 = 0 THEN 1 ELSE 1 + n % {size.merchants} END"
    listing = f"CASE WHEN n % 5 = 0 THEN {LISTINGS * size.merchants} + n % {size.listings}"
    fill(
        AuditEntry,
        f"generate_series(1, {size.audit_entries}) n",
        at=f"now() - {age}",
        actor=team,
        team=team,
        verb="(ARRAY['listing.live', 'listing.paused', 'product.edited', 'store.verified',"
        " 'merchant.verified', 'boost.edited'])[1 + n % 6]",
        subject=f"'listing:' || {listing} ELSE n % {LISTINGS * size.merchants} END",
        label="'保湿面霜 ' || n % 200000 || ' @ 开箱 ' || n % 100000",
        old="""'{"status": "draft"}'""",
        new="""'{"status": "live"}'""",
    )


def _recorded(size: Size) -> None:
    """The pages of payments say who recorded them."""
    fill(
        AuditEntry,
        "campaigns_payment p",
        actor=str(size.manager + 1),
        verb="'payment.recorded'",
        subject="'payment:' || p.id",
        label="p.reference",
    )


def _notices(size: Size) -> None:
    told = {
        "text": "'“%(merchant)s” asks to boost “%(note)s”.'",
        "params": """'{"merchant": "m", "note": "n"}'""",
        "url": "'/'",
        "created_at": "now() - n * interval '1 minute'",
        "read_at": "CASE WHEN n % 3 = 0 THEN now() END",
    }
    fill(Notice, f"generate_series(1, {size.merchants}) u, generate_series(1, 10) n",
         user="u", **told)  # fmt: skip
    busy = f"(VALUES (1), ({size.admin}), ({size.manager})) b (u), generate_series(1, 20000) n"
    fill(Notice, busy, user="u", **told)


def _files(size: Size) -> None:
    fill(
        Job,
        f"generate_series(1, {FILES}) n",
        id="n",
        kind="'ingest'",
        state=f"CASE WHEN n <= {OPEN_JOBS} THEN 'queued' ELSE 'done' END",
        team="CASE WHEN n % 4 = 0 THEN 1 END",
        created_by="1",
    )
    broken = "(n = 4)::int"
    fill(
        Batch,
        f"generate_series(1, {FILES}) n, reports_source s WHERE s.code = 'jd'",
        id="n",
        source="s.id",
        merchant="CASE WHEN n % 4 = 0 THEN 1 END",
        file_name="'orders-' || n || '.csv'",
        sha256="md5(n::text)",
        bytes="1000",
        state="CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'committed' END",
        error="CASE WHEN n % 20 = 0 THEN 'broken' ELSE '' END",
        job="n",
        lake_version="n",
        sent=f"{broken} * {BROKEN_ROWS}",
        quarantined=f"{broken} * {BROKEN_ROWS}",
        reasons=f"jsonb_build_object('not_a_choice', {broken} * {BROKEN_ROWS})",
        received_at="now() - n * interval '10 minutes'",
    )
    fill(
        QuarantinedRow,
        f"generate_series(1, {BROKEN_ROWS}) n",
        batch="4",
        line="n",
        field="'kind'",
        reason="'not_a_choice'",
        raw="'a,b,c'",
    )


def _exports() -> None:
    """The busy merchant's owner has asked for many, and all are kept."""
    every = f"generate_series(1, {EXPORTS}) n"
    job = f"{FILES} + n"
    fill(Job, every, id=job, kind="'exports.prepare'", state="'done'", team="1", created_by="1")
    fill(
        Export,
        every,
        owner="1",
        job=job,
        address="'/m/bench-1/notes/?export=csv'",
        language="'zh-hans'",
        name="'notes'",
        stored="'bench.csv'",
        bytes="1000",
        ready_at="now()",
    )


def _rules(size: Size) -> None:
    """Ten dated rules of each scope, and applications, every fiftieth of which waits."""
    scopes = (
        "merchants_programme p, merchants_category c, generate_series(1, 10) n,"
        " (VALUES ('note_body'), ('comment_pinned')) l (placement)"
    )
    fill(
        RuleChange,
        f"{scopes} ORDER BY p.id, c.id, l.placement, n",
        kind="'openings'",
        effective_at="now() - (12 - n) * interval '20 days'",
        reason="'bench'",
        content_sha="p.id || ' ' || c.id || ' ' || l.placement || ' ' || n",
        status="CASE WHEN n = 10 THEN 'proposed' ELSE 'signed' END",
        author=str(size.admin),
        approver=f"CASE WHEN n < 10 THEN {size.admin + 1} END",
        needs="CASE WHEN n < 10 THEN 2 END",
        signed_at="CASE WHEN n < 10 THEN now() END",
    )
    fill(
        Opening,
        f"{scopes}, merchants_rulechange r"
        " WHERE r.content_sha = p.id || ' ' || c.id || ' ' || l.placement || ' ' || n",
        change="r.id",
        programme="p.id",
        category="c.id",
        placement="l.placement",
        store_kind="CASE p.marketplace WHEN 'taobao_tmall' THEN 'tmall' ELSE p.marketplace END",
        state="CASE WHEN n % 2 = 0 THEN 'open' ELSE 'closed' END",
        effective_at="now() - (12 - n) * interval '20 days'",
        kept="'{}'",
        signed_at="CASE WHEN n < 10 THEN now() END",
    )
    fill(
        OpeningApplication,
        f"generate_series(1, {size.merchants}) n, merchants_programme p, merchants_category c"
        " WHERE c.code = 'beauty' OR (n = 1 AND c.parent_id IS NOT NULL)",
        merchant="n",
        programme="p.id",
        category="c.id",
        document="'applications/bench.pdf'",
        document_name="'licence.pdf'",
        status="CASE WHEN n % 50 = 1 THEN 'submitted' ELSE 'approved' END",
        submitted_at="now() - n * interval '1 minute'",
    )
