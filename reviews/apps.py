"""Django's handle on the app "reviews"."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The app's name and label."""

    name = "reviews"
