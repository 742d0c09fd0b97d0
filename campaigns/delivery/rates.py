"""How many messages an ad server sends a minute: counted in one statement, by all at once."""

from django.db import connection, models

from campaigns.delivery.models import AdServer
from portal import clock

_MINUTE_S = 60

# A minute that lies ahead is of a clock that was set back, or of a machine a second ahead of ours:
# the one of these two that is soon over is counted on.
_TAKE = """
INSERT INTO campaigns_messagecount AS counted (ad_server_id, minute, taken) VALUES (%s, %s, 1)
ON CONFLICT (ad_server_id) DO UPDATE SET
    minute = CASE WHEN counted.minute = excluded.minute + 1 THEN counted.minute
        ELSE excluded.minute END,
    taken = CASE WHEN counted.minute IN (excluded.minute, excluded.minute + 1)
        THEN counted.taken + 1 ELSE 1 END
WHERE counted.minute NOT IN (excluded.minute, excluded.minute + 1) OR counted.taken < %s
RETURNING taken
"""


class MessageCount(models.Model):
    """How many messages of an ad server were taken in a minute, the newest one alone; `minute` is
    counted from the epoch."""

    ad_server = models.OneToOneField(AdServer, models.CASCADE, primary_key=True, related_name="+")
    minute = models.BigIntegerField()
    taken = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.ad_server_id} {self.minute} {self.taken}"


def has_room(server: AdServer, *, most: int) -> bool:
    """Count a message; whether it is among the `most` of this minute that are taken."""
    minute = int(clock.now().timestamp()) // _MINUTE_S
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [server.pk, minute, most])
        return cursor.fetchone() is not None
