"""Django's handle on the app "accounts"."""

from django.apps import AppConfig
from django.core.checks import register

from accounts.checks import one_journal


class AccountsConfig(AppConfig):
    """The app's name and its system check."""

    name = "accounts"

    def ready(self) -> None:
        """Register the check."""
        register(one_journal)
