"""Addresses of the API for what composes several apps."""

from django.urls import path

from desk import api

urlpatterns = [path("deadlines/", api.deadlines, name="api-deadlines")]
