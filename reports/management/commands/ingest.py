"""`manage.py ingest SOURCE FILE... [--manifest M] [--json]`: take event files in."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal import commands
from portal.jobs.waiting import until_done
from portal.refusals import Refusal
from reports.sources import manifests, receiving
from reports.sources.models import Batch, BatchState, Source

_MANIFEST = "JSON of what the sender says: " + ", ".join(manifests.KEYS)


class Command(commands.Command):
    help = "Take event files of a source in; prints accepted, duplicate and quarantined per file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="the code of a source, such as community or jd")
        parser.add_argument("files", nargs="+", type=Path, metavar="file")
        parser.add_argument("--manifest", type=Path, help=_MANIFEST)
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        source = _source(options["source"])
        manifest = _manifest(options["manifest"], options["files"])
        answers, problems = [], []
        for path in options["files"]:
            try:
                answer = _answer(_take(source, path, manifest))
            except NotTaken as error:
                answer = {"file": path.name, "error": error.sentence}
                problems.append(f"{path}: {error.sentence}")
            else:
                if not options["json"]:
                    self.stdout.write(_line(answer))
                if answer["quarantined"]:
                    problems.append(f"{path}: {_quarantined(answer)}")
            answers.append(answer)
        if options["json"]:
            self.stdout.write(json.dumps(answers, ensure_ascii=False))
        if problems:
            raise CommandError(" ".join(problems), returncode=2)


class NotTaken(Exception):
    """A file that was not taken in, with the sentence that says why; the others are still tried."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _line(answer: dict[str, Any]) -> str:
    line = _(
        "%(file)s: %(accepted)s accepted, %(duplicate)s duplicate, %(quarantined)s quarantined"
    )
    return line % answer


def _quarantined(answer: dict[str, Any]) -> str:
    return _("%(quarantined)s of %(sent)s rows were not taken.") % answer


def _take(source: Source, path: Path, manifest: dict[str, Any]) -> Batch:
    """The batch of the file, taken in by this process or by a worker that was faster."""
    try:
        batch = receiving.receive(
            source, path=path, file_name=path.name, by=None, manifest=manifest
        )
    except OSError as error:
        raise NotTaken(f"{error.strerror}.") from error
    except Refusal as refusal:
        raise NotTaken(refusal.message) from refusal
    until_done([batch.job] if batch.job else [])
    batch.refresh_from_db()
    if batch.state != BatchState.COMMITTED:
        raise NotTaken(batch.sentence)
    return batch


def _answer(batch: Batch) -> dict[str, Any]:
    return {
        "file": batch.file_name,
        "batch": batch.pk,
        "sent": batch.sent,
        "accepted": batch.accepted,
        "duplicate": batch.duplicate,
        "quarantined": batch.quarantined,
        "corrected": batch.corrected,
        "reasons": batch.reasons,
        "unknown_columns": batch.unknown_columns,
    }


def _source(code: str) -> Source:
    # What a merchant says of his stores he sends himself.
    sources = Source.objects.of_platform()
    source = sources.filter(code=code).first()
    if source is None:
        known = ", ".join(sources.order_by("code").values_list("code", flat=True))
        sentence = _("There is no source '%(code)s'; known are: %(known)s.")
        raise CommandError(sentence % {"code": code, "known": known}, returncode=2)
    return source


def _manifest(path: Path | None, files: list[Path]) -> dict[str, Any]:
    if path is None:
        return {}
    if len(files) > 1:
        raise CommandError(_("--manifest describes one file; give one."), returncode=2)
    try:
        said = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError) as error:
        sentence = _("%(path)s is not a readable manifest: %(error)s")
        raise CommandError(sentence % {"path": path, "error": error}, returncode=2) from error
    if not isinstance(said, dict):
        raise CommandError(_("%(path)s is not a JSON object.") % {"path": path}, returncode=2)
    return said
