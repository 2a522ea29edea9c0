"""Settings, URLs, Celery and the local servers. Names apps by dotted string; nobody imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
