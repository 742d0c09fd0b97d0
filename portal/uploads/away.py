"""Where files are kept does not answer: what a person reads meanwhile."""

from django.utils.translation import gettext as _

from portal.refusals import Refusal


class StoreAway(Refusal):
    """The store of files does not answer now; nothing is wrong with what was asked."""

    # As HTTP calls it: it is worth asking again.
    status = 503

    def __init__(self) -> None:
        super().__init__(
            _(
                "The place where documents are kept does not answer: now none can be opened, and"
                " none that is handed in is saved. Whoever runs the site sees it in its health and"
                " acts; try again later."
            )
        )
