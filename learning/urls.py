"""Addresses of the pages for offerings."""

from django.urls import URLPattern, path

from learning import views

urlpatterns: list[URLPattern] = [
    path("offerings/", views.offering_list, name="offerings"),
    path("offerings/open/<uuid:key>/", views.offering_open, name="offering_open"),
    path("offerings/<uuid:key>/", views.offering, name="offering"),
    path("offerings/completions/<uuid:key>/withdraw/", views.completion_withdraw, name="completion_withdraw"),
]
