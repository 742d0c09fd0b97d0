"""All models of the app, for Django to find. Rooms import each other's models directly."""

from reports.attribution.models import ConversionFact, CreditFact, ReportDay, Run, TouchFact
from reports.sources.models import Batch, QuarantinedRow, Source

__all__ = [
    "Batch",
    "ConversionFact",
    "CreditFact",
    "QuarantinedRow",
    "ReportDay",
    "Run",
    "Source",
    "TouchFact",
]
