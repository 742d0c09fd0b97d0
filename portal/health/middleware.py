"""The addresses for probes, answered before everything that could stop them."""

from collections.abc import Callable, Mapping

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)

from portal.health import parts
from portal.health.rounds import Finding


def live(request: HttpRequest) -> HttpResponse:
    """200: this process answers. It looks at nothing else: a restart would mend nothing else."""
    return _told({"state": "ok"}, status=200)


def ready(request: HttpRequest) -> HttpResponse:
    """200 when every part of the site works, 503 when one does not; each by name and state.

    It tells states and ages to anybody who asks; why a part failed stands in the log.
    """
    findings = parts.findings()
    is_well = all(finding.is_well for finding in findings.values())
    told = {
        "state": "ok" if is_well else "failed",
        "parts": {name: _words(finding) for name, finding in findings.items()},
    }
    return _told(told, status=200 if is_well else 503)


ANSWERS = {"/health/live": live, "/health/ready": ready}


class HealthMiddleware:
    """Answers probes, which know an IP address and no name, have no session and speak plain HTTP.

    It stands above everything that asks for a host, a session or TLS. The addresses are in no
    URLconf: they are no pages of the site.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = ANSWERS.get(request.path_info.removesuffix("/"))
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return answer(request)


def _words(finding: Finding) -> dict[str, object]:
    state = {"state": "ok"} if finding.is_well else {"state": "failed", "reason": finding.reason}
    return {**state, **finding.figures}


def _told(told: Mapping[str, object], *, status: int) -> HttpResponse:
    return JsonResponse(told, status=status, headers={"Cache-Control": "no-store"})
