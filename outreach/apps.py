"""Django's handle on the app "outreach"."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string


class OutreachConfig(AppConfig):
    """Says what is kept of a person who wrote to an office; shows market intelligence beside proposals."""

    name = "outreach"
    verbose_name = "The office"

    def ready(self) -> None:
        """By name, since models cannot be imported before this moment."""
        import_string("accounts.keepers.register")(import_module("outreach.personal"))
        section = import_string("outreach.views.studies.of_proposal")
        import_string("proposals.hooks.register_section")(section)
