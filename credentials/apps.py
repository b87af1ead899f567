"""Django's handle on the app "credentials"."""

from importlib import import_module

from django.apps import AppConfig

from accounts import keepers
from credentials import checks


class CredentialsConfig(AppConfig):
    """Registers the app's system checks."""

    name = "credentials"

    def ready(self) -> None:
        """Register with Django."""
        checks.register()
        keepers.register(import_module("credentials.personal"))
