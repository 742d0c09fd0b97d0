"""The work of exports."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.exports import verbs, writing
from portal.exports.models import Export
from portal.jobs.registry import Claim, job


@job(verbs.KIND, label=_("Preparing a file of a list"), within=timedelta(minutes=20))
def prepare(claim: Claim) -> None:
    exports = Export.objects.select_related("owner", "job__team")
    writing.prepare(claim, exports.get(job=claim.job_id))
