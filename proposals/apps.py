"""Django's handle on the app "proposals"."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """The app's name and label."""

    name = "proposals"
