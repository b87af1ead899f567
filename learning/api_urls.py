"""Addresses of the API for offerings and completions."""

from django.urls import path

from learning import api

urlpatterns = [
    path("offerings/", api.offering_list, name="api-offerings"),
    path("offerings/<uuid:key>/progress/", api.offering_progress, name="api-offering-progress"),
    path("completions/", api.completion_list, name="api-completions"),
    path("completions/<uuid:key>/correct/", api.completion_correct, name="api-completion-correct"),
    path("completions/<uuid:key>/withdraw/", api.completion_withdraw, name="api-completion-withdraw"),
]
