"""Addresses of the API for people."""

from django.urls import path

from accounts import api

urlpatterns = [
    path("token/", api.token, name="api-token"),
    path("campuses/<slug:slug>/policy/", api.campus_policy, name="api-campus-policy"),
    path("people/", api.person_list, name="api-people"),
    path("people/<uuid:key>/trainings/", api.person_trainings, name="api-person-trainings"),
]
