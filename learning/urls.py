"""Addresses of the pages for offerings."""

from django.urls import URLPattern, path

from learning.views import cohorts, grades, mine, offerings, progress, recording

urlpatterns: list[URLPattern] = [
    path("offerings/", offerings.offering_list, name="offerings"),
    path("offerings/open/<uuid:key>/", offerings.offering_open, name="offering_open"),
    path("offerings/<uuid:key>/", offerings.offering, name="offering"),
    path("learning/", mine.my_learning, name="my_learning"),
    path("offerings/<uuid:key>/edit/", cohorts.offering_edit, name="offering_edit"),
    path("offerings/<uuid:key>/learners/", cohorts.offering_learners, name="offering_learners"),
    path("offerings/<uuid:key>/learners/list/", cohorts.send_list, name="enrolment_list"),
    path("offerings/<uuid:key>/learners/list.<slug:kind>", cohorts.template, name="enrolment_template"),
    path("offerings/<uuid:key>/progress/", progress.offering_progress, name="offering_progress"),
    path("offerings/<uuid:key>/progress.csv", progress.progress_file, name="offering_progress_file"),
    path("offerings/enrolments/<uuid:key>/end/", cohorts.enrolment_end, name="enrolment_end"),
    path("offerings/<uuid:key>/grades/", grades.offering_grades, name="offering_grades"),
    path("offerings/<uuid:key>/grades/list/", grades.send_grades, name="offering_grades_list"),
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
