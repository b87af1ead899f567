"""Addresses of the pages for offerings."""

from django.urls import URLPattern, path

from learning.views import offerings, recording

urlpatterns: list[URLPattern] = [
    path("offerings/", offerings.offering_list, name="offerings"),
    path("offerings/open/<uuid:key>/", offerings.offering_open, name="offering_open"),
    path("offerings/<uuid:key>/", offerings.offering, name="offering"),
    path("offerings/<uuid:key>/list/", recording.send_list, name="offering_list"),
    path("offerings/<uuid:key>/list.<slug:kind>", recording.template, name="offering_template"),
    path(
        "offerings/completions/<uuid:key>/correct/", recording.completion_correct, name="completion_correct"
    ),
    path(
        "offerings/completions/<uuid:key>/withdraw/",
        recording.completion_withdraw,
        name="completion_withdraw",
    ),
]
