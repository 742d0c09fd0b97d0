"""The refusal of a file."""

from portal.refusals import Refusal


class BatchRefused(Refusal):
    """The file, or the right to send it, is not good."""
