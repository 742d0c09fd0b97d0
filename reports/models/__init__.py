from reports.models.batch import Batch, QuarantinedRow, Source
from reports.models.fact import ConversionFact, CreditFact, TouchFact
from reports.models.run import ReportDay, Run

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
