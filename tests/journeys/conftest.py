"""Journeys drive a browser and look into the database from one thread; Playwright's loop makes Django suspicious of that."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
