"""A process of production does not start where the checkout is not set up for it."""

from django.conf import settings
from django.core.checks import run_checks

from portal.runtime.refusal import refuse


def refuse_unless(*tags: str) -> None:
    """Refuse the start, in one sentence, when a check with one of `tags` finds something.

    With DEBUG it is not asked: then pages come from their sources.
    """
    if settings.DEBUG:
        return
    for found in run_checks(tags=tags, include_deployment_checks=True):
        refuse(f"{found.msg} {found.hint or ''}")
