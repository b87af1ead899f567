"""Django's handle on the app "accounts"."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app's name and label."""

    name = "accounts"
