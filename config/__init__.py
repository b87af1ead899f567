"""Wiring only: settings, addresses, background work, embedded services, the API's manners."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
