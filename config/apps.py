"""Django's handle on the wiring itself."""

from django.apps import AppConfig

from config import checks  # noqa: F401 (importing registers them)


class ConfigConfig(AppConfig):
    """The app's name and label."""

    name = "config"
