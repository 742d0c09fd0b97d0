"""What links that are kept ready weigh."""

import json
from pathlib import Path


def mb_of(count: int) -> float:
    """By how many megabytes this process grows with `count` links, each with its answer."""
    from django.conf import settings

    from merchants.links import facts, policy
    from merchants.links.facts import Facts
    from merchants.links.following import Follower
    from merchants.links.kept import Kept
    from merchants.listings.models import Listing
    from portal import clock

    settings.LINKS_KEPT = count
    rows = [json.dumps(row) for row in facts.of(Listing.objects.all(), most=count)]
    rules, kept, follower = policy.current(), Kept(), Follower()
    before = _resident_mb()
    for number in range(count):
        # Made anew each time, as rows of the database are.
        row = Facts(*json.loads(rows[number % len(rows)]))
        code = f"k{number:07d}"
        kept.put(code, row._replace(code=code), 0)
        entry = kept.find(code, follower)
        assert entry
        entry.leads(rules, clock.now())
    return _resident_mb() - before


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024
