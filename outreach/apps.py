"""Django's handle on the app "outreach"."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string


class OutreachConfig(AppConfig):
    """Says what is kept of a person who wrote to an office."""

    name = "outreach"
    verbose_name = "The office"

    def ready(self) -> None:
        """By name, since models cannot be imported before this moment."""
        import_string("accounts.keepers.register")(import_module("outreach.personal"))
