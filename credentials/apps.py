"""Django's handle on the app "credentials"."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string

from accounts import keepers, merging
from credentials import checks


class CredentialsConfig(AppConfig):
    """Registers the app's system checks, and which of its mail people choose how to have."""

    name = "credentials"

    def ready(self) -> None:
        """Register with Django, and with accounts by name, since models cannot be imported before this moment."""
        checks.register()
        keepers.register(import_module("credentials.personal"))
        merging.register_mover(import_string("credentials.actions.merging.move"))
        offer = import_string("journal.choosing.offer")
        offer("badge_expires", "A badge of mine runs out soon, or has run out", none=True)
