"""Addresses of the pages about how well it works."""

from django.urls import URLPattern, path

from evaluation.views import answering

urlpatterns: list[URLPattern] = [
    path("surveys/answer/<str:token>/", answering.survey_answer, name="survey_answer"),
    path("surveys/stop/<str:token>/", answering.survey_stop, name="survey_stop"),
]
