"""The settings of a site that tests start: production's, but for the hash, which takes no time."""

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
