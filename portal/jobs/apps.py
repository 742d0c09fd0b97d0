from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Learn every kind of job: each app registers its own in its `tasks.py`."""
        autodiscover_modules("tasks")
