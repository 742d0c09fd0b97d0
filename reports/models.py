"""All models of the app, for Django to find. Rooms import each other's models directly."""

from reports.answers.delays import DelayCurve, DelayMix, DelaysGiven
from reports.answers.past import CategoryPast
from reports.attribution.drafts import Draft
from reports.attribution.inputs import NamedDay, News, RefundDay
from reports.attribution.models import (
    ConversionFact,
    CreditFact,
    CreditSum,
    ReportDay,
    Run,
    TouchFact,
    TouchSum,
)
from reports.attribution.parts import Part, PartFacts, RunDay
from reports.attribution.restatements import Restatement
from reports.attribution.unplaced import TalliedDay, Unplaced
from reports.sources.breaches import Breach, Warned
from reports.sources.capability import SentBefore
from reports.sources.models import Batch, QuarantinedRow, Source
from reports.sources.refunds import RefundPeriod
from reports.sources.regimes import Regime
from reports.sources.slices import Slice, SliceState
from reports.sources.suspensions import (
    DataSuspension,
    DataSuspensionEnd,
    SuspendedStore,
    SuspensionTold,
)

__all__ = [
    "Batch",
    "Breach",
    "CategoryPast",
    "ConversionFact",
    "CreditFact",
    "CreditSum",
    "DataSuspension",
    "DataSuspensionEnd",
    "DelayCurve",
    "DelayMix",
    "DelaysGiven",
    "Draft",
    "NamedDay",
    "News",
    "Part",
    "PartFacts",
    "QuarantinedRow",
    "RefundDay",
    "RefundPeriod",
    "Regime",
    "ReportDay",
    "Restatement",
    "Run",
    "RunDay",
    "SentBefore",
    "Slice",
    "SliceState",
    "Source",
    "SuspendedStore",
    "SuspensionTold",
    "TalliedDay",
    "TouchFact",
    "TouchSum",
    "Unplaced",
    "Warned",
]
