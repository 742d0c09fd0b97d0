"""A claim is not a proof: by what something that somebody says of himself is proven."""

from django.utils.translation import gettext_lazy as _

from portal.choices import Colour, ColouredChoices


class ProvenBy(ColouredChoices):
    """By what a claim is proven; a decision proves nothing, it rests on one of these."""

    NOTHING = "nothing", Colour.YELLOW, _("Said by the merchant, not proven")
    DOCUMENT = "document", Colour.AZURE, _("Shown by a document")
    FEED = "feed", Colour.GREEN, _("From the community’s feed")
