"""Django's handle on the app "evaluation"."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """The app's name and label."""

    name = "evaluation"
