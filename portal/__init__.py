"""The site. Importing it makes its Celery application the current one in every process."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
