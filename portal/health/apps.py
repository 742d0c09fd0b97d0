import importlib

from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "portal.health"
    label = "health"

    def ready(self) -> None:
        """Register what `check --deploy` and every start ask."""
        importlib.import_module("portal.health.checks")
