"""The work of exports."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.exports import verbs, writing
from portal.exports.models import Export
from portal.jobs.registry import Claim, job


# An audit log of five million entries takes a quarter of an hour of a quiet machine.
@job(verbs.KIND, label=_("Preparing a file of a list"), within=timedelta(hours=2))
def prepare(claim: Claim) -> None:
    exports = Export.objects.select_related("owner", "job__team")
    writing.prepare(claim, exports.get(job=claim.job_id))
