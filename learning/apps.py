"""Django's handle on the app "learning"."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """The app's name and label."""

    name = "learning"
