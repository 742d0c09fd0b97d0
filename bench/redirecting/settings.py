"""The product's own settings, and one address more: the bare view."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.redirecting.urls"
