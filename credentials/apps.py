"""Django's handle on the app "credentials"."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """The app's name and label."""

    name = "credentials"
