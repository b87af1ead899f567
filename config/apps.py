"""Django's handle on the wiring itself (its system checks and commands)."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The app's name and label."""

    name = "config"
