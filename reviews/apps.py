"""Django's handle on the app "reviews"."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class ReviewsConfig(AppConfig):
    """Registers what proposals and accounts ask of this app."""

    name = "reviews"
    verbose_name = "Committees and votes"

    def ready(self) -> None:
        """Handlers of steps; by name, since models cannot be imported before this moment."""
        import_string("reviews.handlers.register")()
