"""Django's handle on the app "issuance"."""

from django.apps import AppConfig


class IssuanceConfig(AppConfig):
    """The app's name and label."""

    name = "issuance"
    verbose_name = "Issuing"
