"""Gunicorn's logs, written like all others, and one line for each request it has answered."""

import logging
import logging.config
from datetime import timedelta
from typing import Any

from gunicorn import glogging

from portal import logs

_requests = logging.getLogger("portal.requests")
# Probes come every few seconds; what fails in them is logged where it is found.
_PROBES = "/health/"


class Logger(glogging.Logger):
    """Its lines go to the root logger; its `access` is called when the last byte has gone out."""

    @property
    def access_log_enabled(self) -> bool:
        return True

    def setup(self, cfg: Any) -> None:
        """Instead of gunicorn's own handlers: `cfg.logconfig_dict`, which is ours."""
        self.cfg = cfg
        logging.config.dictConfig(cfg.logconfig_dict)
        self.loglevel = logging.getLogger().level
        for log in (self.error_log, self.access_log):
            log.propagate = True

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """The line of one request; the request's id and person are known to this thread."""
        path = str(environ.get("PATH_INFO", ""))
        status = int(str(resp.status).split()[0])
        is_quiet = path.startswith(_PROBES) and status < 500
        _requests.log(
            logging.DEBUG if is_quiet else logging.INFO,
            "Answered.",
            extra=logs.facts(
                method=environ.get("REQUEST_METHOD"),
                path=logs.shown_path(path),
                status=status,
                duration_ms=round(request_time.total_seconds() * 1000),
                bytes=resp.sent,
            ),
        )
        logs.end_request()
