"""Addresses of the API for offerings and completions."""

from django.urls import path

from learning import api, api_enrolments

urlpatterns = [
    path("offerings/", api.offering_list, name="api-offerings"),
    path("offerings/<uuid:key>/edit/", api.offering_edit, name="api-offering-edit"),
    path("offerings/<uuid:key>/enrolments/", api_enrolments.enrolment_list, name="api-enrolments"),
    path("enrolments/<uuid:key>/end/", api_enrolments.enrolment_end, name="api-enrolment-end"),
    path("my-learning/", api_enrolments.my_learning, name="api-my-learning"),
    path("offerings/<uuid:key>/progress/", api.offering_progress, name="api-offering-progress"),
    path("completions/", api.completion_list, name="api-completions"),
    path("completions/<uuid:key>/correct/", api.completion_correct, name="api-completion-correct"),
    path("completions/<uuid:key>/withdraw/", api.completion_withdraw, name="api-completion-withdraw"),
]
