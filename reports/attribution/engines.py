"""Which engine computes: DuckDB in this process, or a Spark elsewhere, with the same SQL."""

from enum import StrEnum
from typing import Self

from django.conf import settings
from django.utils.translation import gettext as _

from portal.refusals import Refusal

INSTALL = "python -m pip install --no-deps -r requirements-spark.lock"


class EngineUnavailable(Refusal):
    """The engine that was asked for cannot be reached, or is not installed."""

    @classmethod
    def not_installed(cls, name: str) -> Self:
        sentence = _("Spark cannot be used, %(name)s is missing: install it with `%(command)s`.")
        return cls(sentence % {"name": name, "command": INSTALL})

    @classmethod
    def without_java(cls) -> Self:
        sentence = _("Java does not start for Spark: install %(package)s and set JAVA_HOME.")
        return cls(sentence % {"package": "openjdk-17-jre-headless"})

    @classmethod
    def with_reason(cls, master: str, reason: str) -> Self:
        sentence = _("The Spark at %(master)s does not answer: %(reason)s")
        return cls(sentence % {"master": master, "reason": reason})


class Engine(StrEnum):
    """An engine by its name, as commands and runs call it."""

    DUCKDB = "duckdb"
    SPARK = "spark"

    @classmethod
    def configured(cls) -> Self:
        """The engine of ATTRIBUTION_ENGINE."""
        return cls.DUCKDB if settings.ATTRIBUTION_ENGINE == cls.DUCKDB else cls.SPARK

    def want(self) -> None:
        """Raises EngineUnavailable where nobody said where it is."""
        if self is Engine.SPARK and settings.ATTRIBUTION_ENGINE == Engine.DUCKDB:
            raise EngineUnavailable(
                _("Where Spark is, ATTRIBUTION_ENGINE says: spark://host:7077.")
            )

    @property
    def master(self) -> str | None:
        """The address of the Spark to ask; None for DuckDB. Raises EngineUnavailable."""
        self.want()
        return None if self is Engine.DUCKDB else str(settings.ATTRIBUTION_ENGINE)
