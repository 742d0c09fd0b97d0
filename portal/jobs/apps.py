import importlib

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Learn every kind of job: each app registers its own in its `tasks.py`."""
        from portal.jobs import acts

        # Makes our Celery application the one that `shared_task` and `delay` mean.
        importlib.import_module("portal.celery")
        autodiscover_modules("tasks")
        acts.announce()
