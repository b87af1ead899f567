"""Django's handle on the app "proposals"."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class ProposalsConfig(AppConfig):
    """Registers the system checks, and the one kind of step that proposals handle themselves."""

    name = "proposals"

    def ready(self) -> None:
        """By name, since models cannot be imported before this moment."""
        import_string("proposals.handlers.register")()
        import_string("proposals.checks.register")()
