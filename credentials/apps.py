"""Django's handle on the app "credentials"."""

from django.apps import AppConfig

from credentials import checks


class CredentialsConfig(AppConfig):
    """Registers the app's system checks."""

    name = "credentials"

    def ready(self) -> None:
        """Register with Django."""
        checks.register()
