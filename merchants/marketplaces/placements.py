"""Placements: the spots at a note where a product can be linked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Placement(models.TextChoices):
    NOTE_BODY = "note_body", _("Note body")
    COMMENT_PINNED = "comment_pinned", _("Pinned comment")
    LIVE_ROOM = "live_room", _("Live room")
    PROFILE = "profile", _("Profile")
    EMBEDDED_AT_PARTNER = "embedded_at_partner", _("Embedded at the partner")
