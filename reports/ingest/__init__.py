"""Files in: received at a door, taken into the lake by a job, every row accounted for."""

from reports.ingest.intake import take_in
from reports.ingest.receiving import receive

__all__ = ["receive", "take_in"]
