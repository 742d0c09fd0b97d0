"""Logs of every process, on stderr: on a terminal lines for people, else a JSON object per line.

Each has a time, a level and its logger; what is written while a request is answered, or while the
job runs that it asked for, has its `request_id` too, and the id of the person. Addresses are shown
without their query and without what may be a secret; names, mails and IP addresses never are.
"""

import logging
import re
import secrets
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import structlog

# What a proxy may call a request: it is written into logs, rows and pages as it is.
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
# What stands in paths for people to read: names of pages, codes of merchants, numbers of rows.
# Keys of invitations, of mails and of links are longer, and so is whatever somebody mistyped.
_PLAIN_PART = re.compile(r"[A-Za-z0-9_.-]{0,20}")
_MOST_PARTS = 12


def begin_request(offered: str | None) -> str:
    """Give the request that begins its id: `offered`, where it is one, else a new one."""
    is_good = offered is not None and _REQUEST_ID.fullmatch(offered)
    request_id = offered if offered and is_good else secrets.token_hex(12)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def end_request() -> None:
    """Forget what was said of the request that this thread has answered."""
    structlog.contextvars.clear_contextvars()


def request_id() -> str:
    """The id of the request that caused what happens now; empty where none did."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def say_who(person_id: int) -> None:
    """The request is of this person: what is logged from now on says so."""
    structlog.contextvars.bind_contextvars(person=person_id)


def about(**facts: object) -> AbstractContextManager[None]:
    """What is logged inside has these facts; empty ones are left out."""
    known = {name: value for name, value in facts.items() if value not in (None, "")}
    return structlog.contextvars.bound_contextvars(**known)


def facts(**values: object) -> dict[str, dict[str, object]]:
    """`log.info("Answered.", extra=facts(status=200))` writes `status` beside the sentence."""
    return {"facts": values}


def shown_path(path: str) -> str:
    """`path` without its query; parts that may be secrets or names of people are left out."""
    parts = path.partition("?")[0].split("/")
    shown = [part if _PLAIN_PART.fullmatch(part) else "..." for part in parts[:_MOST_PARTS]]
    return "/".join([*shown, "..."] if len(parts) > _MOST_PARTS else shown)


class HidePaths(logging.Filter):
    """Django puts paths into its sentences: they are shown as everywhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(
                shown_path(part) if isinstance(part, str) and part.startswith("/") else part
                for part in record.args
            )
        return True


class NoTraceOfRefusals(logging.Filter):
    """What a client did wrong (4xx) is told in a sentence: no code of ours is to blame."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


def _add_facts(logger: Any, method: str, event: dict[str, Any]) -> Mapping[str, Any]:
    record = event.get("_record")
    event.update(getattr(record, "facts", {}))
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    _add_facts,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str) -> dict[str, Any]:
    """The standard library's LOGGING: all loggers, ours and others', written in one way."""
    is_read = sys.stderr.isatty()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"paths": {"()": HidePaths}, "refusals": {"()": NoTraceOfRefusals}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(_FOR_PEOPLE if is_read else _FOR_PROGRAMS),
                ],
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["paths", "refusals"],
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # That an answer is a 4xx is said once, by the line of the request.
            "django.request": {"level": "ERROR"},
            # Django's own server and handlers would write beside ours.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }


_FOR_PEOPLE: list[Any] = [structlog.dev.ConsoleRenderer()]
_FOR_PROGRAMS: list[Any] = [
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
]
