"""WSGI entry point (gunicorn portal.wsgi)."""

import importlib
import os

from django.core.wsgi import get_wsgi_application

from portal.runtime.readiness import refuse_unless

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
refuse_unless("folders", "catalogues", "static")
# Else every web worker would load all pages by itself, on its first request.
importlib.import_module("portal.urls")
