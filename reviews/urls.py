"""The pages of the app "reviews", inside the dashboard; they come before the admin's own addresses."""

from django.urls import path

from reviews.views import ballots, steps

urlpatterns = [
    path("admin/ballots/<uuid:key>/", ballots.ballot, name="ballot"),
    path("admin/ballots/<uuid:key>/vote/", ballots.ballot_vote, name="ballot_vote"),
    path("admin/ballots/<uuid:key>/recuse/", ballots.ballot_recuse, name="ballot_recuse"),
    path("admin/ballots/<uuid:key>/close/", ballots.ballot_close, name="ballot_close"),
    path("admin/ballots/<uuid:key>/extend/", ballots.ballot_extend, name="ballot_extend"),
    path("admin/steps/<uuid:key>/", steps.step, name="step"),
    path("admin/steps/<uuid:key>/complete/", steps.step_complete, name="step_complete"),
    path("admin/steps/<uuid:key>/vote/", steps.ballot_rerun, name="ballot_rerun"),
    path("admin/steps/<uuid:key>/panel/", steps.panel_form, name="panel_form"),
]
