"""Django's handle on the app "outreach"."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """The app's name and label."""

    name = "outreach"
