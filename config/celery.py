"""The background worker: one Celery app, its tasks found in every app's `tasks` module."""

import gc
import os

from celery import Celery
from celery.signals import worker_before_create_process
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("imprimatur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_before_create_process.connect
def share_memory(**_: object) -> None:
    """What is loaded by now stays out of the collector's sight, so that the child processes go on sharing it.

    With the site's addresses, which mail names, come all views: here once instead of in each child.
    """
    get_resolver().reverse_dict  # noqa: B018  (reading it loads them)
    gc.collect()
    gc.freeze()
