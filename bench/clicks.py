"""Clicks on `/l/` a second, beside a bare view of the same site: how much a click itself costs.

Both are asked in this process and go through all middleware; the bare view answers nothing, without
a question. `--prepared 0` measures what is left behind a pooler that knows no prepared statements.
"""

import argparse
import os
from functools import partial

import django

from bench.measure import machine, median_ms

BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


def main(args: list[str]) -> int:
    """Print medians and the ratio; exit 1 when there is no live listing to click on."""
    parser = argparse.ArgumentParser(prog="python -m bench clicks")
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--prepared", type=int, choices=(0, 1), default=1)
    options = parser.parse_args(args)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ["PREPARED_STATEMENTS"] = str(options.prepared)
    django.setup()
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import include, path

    from merchants.listings.models import Listing

    listing = Listing.objects.filter(status="live", product__store__kind="tmall").first()
    if listing is None:
        print("There is no live listing here. Run `make run` or `manage.py demo` first.")
        return 1
    urls = (path("bare", lambda request: HttpResponse()), path("", include("portal.urls")))
    stage = {"ROOT_URLCONF": urls, "SECURE_SSL_REDIRECT": False, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**stage):
        client = Client(headers={"user-agent": BROWSER})
        bare, click = (
            median_ms(partial(client.get, address), times=options.times)
            for address in ("/bare", f"/l/{listing.code}")
        )
    print(f"a bare view {bare:.2f} ms, a click {click:.2f} ms, ratio {click / bare:.1f}")
    print(f"median of {options.times}; {machine()}")
    return 0
