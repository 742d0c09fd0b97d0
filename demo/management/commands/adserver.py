"""`manage.py adserver`: run the demo's ad server until it is stopped."""

import json
import subprocess
import sys
import threading
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from demo.partners import adserver
from demo.partners.adserver_state import State
from demo.partners.pacing import STEP
from demo.story import history, serving
from portal import clock, commands
from portal.runtime import places
from portal.webhooks import signing
from portal.webhooks.models import Endpoint
from portal.webhooks.signing import Direction

# Visits are handed in every five minutes, and a file that nobody took for so long is tried again.
LOOKS_A_FILE = 10
PATIENCE_S = 600


class Command(commands.Command):
    help = "Run the demo's ad server: it is told of boosts, and says what they cost."

    def handle(self, *args: Any, **options: Any) -> None:
        endpoint = serving.switched_on()
        server = _server_of(endpoint)
        # From here on it is a stranger to the portal's database.
        connections.close_all()
        adserver.serve(server, "127.0.0.1", urlsplit(endpoint.url).port or 80)
        self.stdout.write(_("The demo’s ad server answers at %(url)s") % {"url": endpoint.url})
        stopped = threading.Event()
        look = 0
        while not stopped.wait(STEP.total_seconds()):
            server.tell(clock.now())
            look += 1
            if look % LOOKS_A_FILE == 0:
                hand_in(server)


def hand_in(server: adserver.AdServer) -> bool:
    """Give the community's file of visits in at the ordinary door, as another program; whether all
    that there was is taken. What is not is tried again with the next look."""
    written = server.write_visits(history.folder() / "visits", clock.now())
    if written is None:
        return True
    program = [sys.executable, str(places.CHECKOUT / "manage.py")]
    ingest = [*program, "ingest", "community", "--json", str(written.path)]
    try:
        told = subprocess.run(ingest, capture_output=True, timeout=PATIENCE_S, check=False)
        is_taken = bool(told.stdout) and "error" not in json.loads(told.stdout)[0]
    except (subprocess.TimeoutExpired, ValueError):
        is_taken = False
    finally:
        written.path.unlink()
    if is_taken:
        server.state.keep_visited(written.hours)
    return is_taken


def _server_of(endpoint: Endpoint) -> adserver.AdServer:
    """The ad server with the keys that an admin has handed over."""
    now = clock.now()
    return adserver.AdServer(
        portal_url=settings.SITE_URL,
        code=endpoint.code,
        heard_by=signing.keys_of(endpoint, Direction.OUT, now),
        signs_by=signing.keys_of(endpoint, Direction.IN, now),
        state=State(history.folder() / "adserver.sqlite"),
    )
