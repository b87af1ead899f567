"""Addresses of the API for one's own mail."""

from django.urls import path

from journal import choices

urlpatterns = [
    path("mail-choices/", choices.api_choices, name="api-mail-choices"),
]
