"""Addresses of the API about how well it works."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
