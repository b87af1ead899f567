"""Django's handle on the app "desk"."""

from django.apps import AppConfig

from accounts.hooks import register_campus_tab


class DeskConfig(AppConfig):
    """Puts the campus's policy beside the pages of its people and places."""

    name = "desk"

    def ready(self) -> None:
        """Called once."""
        register_campus_tab("campus_policy", "Policy")
