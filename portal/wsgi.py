"""WSGI entry point (gunicorn portal.wsgi)."""

import importlib
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
# Else every web worker would load all pages by itself, on its first request.
importlib.import_module("portal.urls")
