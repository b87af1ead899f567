"""Django's handle on the app "journal"."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The app's name and label."""

    name = "journal"
