"""Exports: files of lists that are too long to be made while somebody waits."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse

from portal import clock
from portal.accounts.models import Team, User
from portal.jobs.models import Job
from portal.ui.exports import TYPES, suffix_of

KEPT_FOR = timedelta(days=7)


def folder() -> Path:
    """Where the files lie, each named by its export and the attempt that wrote it."""
    return Path(settings.VAR_DIR) / "exports"


def list_at(address: str) -> str:
    """The page of the list of which `address` is the export."""
    path, _mark, query = address.partition("?")
    asked = QueryDict(query, mutable=True)
    asked.pop("export", None)
    return f"{path}?{asked.urlencode()}"


class Export(models.Model):
    """What `owner` has asked for at `address`, the path and query of a list, in `language`.

    `name` is the file's, without its suffix. `stored` is its name in the folder, empty until
    `job` has written all of it; it is kept for KEPT_FOR after `ready_at`.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="exports")
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    address = models.TextField()
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=60, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("exports:export-detail", args=[self.pk])

    def audit_team(self) -> Team | None:
        """The team whose list it is; None for people of the platform."""
        return self.job.team

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.suffix}"

    @property
    def suffix(self) -> str:
        """The suffix of its file: `csv` or `xlsx`, as the address asks."""
        return suffix_of(QueryDict(self.address.partition("?")[2]).get("export"))

    @property
    def content_type(self) -> str:
        return TYPES[self.suffix]

    @property
    def list_address(self) -> str:
        return list_at(self.address)

    @property
    def path(self) -> Path:
        return folder() / self.stored

    @property
    def kept_until(self) -> datetime | None:
        """When its file is let go; None while there is none."""
        return self.ready_at and self.ready_at + KEPT_FOR

    @property
    def is_kept(self) -> bool:
        """Whether its file is there to be fetched."""
        return self.kept_until is not None and clock.now() < self.kept_until
