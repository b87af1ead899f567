"""The pages of the app "desk"."""

from django.urls import path

from desk.views.components import components

urlpatterns = [
    path("components/", components, name="components"),
]
