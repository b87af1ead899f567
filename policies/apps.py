"""Django's handle on the app "policies"."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """The app's name and label."""

    name = "policies"
