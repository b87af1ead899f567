"""Addresses of the API for steps and ballots."""

from django.urls import path

from reviews import api

urlpatterns = [
    path("steps/", api.step_list, name="api-steps"),
    path("steps/<uuid:key>/complete/", api.step_complete, name="api-step-complete"),
    path("steps/<uuid:key>/panel/", api.step_panel, name="api-step-panel"),
    path("ballots/", api.ballot_list, name="api-ballots"),
    path("ballots/<uuid:key>/", api.ballot_detail, name="api-ballot"),
    path("ballots/<uuid:key>/vote/", api.ballot_vote, name="api-ballot-vote"),
    path("ballots/<uuid:key>/close/", api.ballot_close, name="api-ballot-close"),
]
