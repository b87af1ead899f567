"""Addresses of the pages about how well it works."""

from django.urls import URLPattern, path

from evaluation.views import (
    answering,
    editing,
    goals,
    graduates,
    readings,
    results,
    reviews,
    waits,
)

urlpatterns: list[URLPattern] = [
    path("learning/measures/", readings.my_measures, name="my_measures"),
    path("offerings/<uuid:key>/measures/", readings.offering_measures, name="offering_measures"),
    path("offerings/<uuid:key>/measures.csv", readings.measures_file, name="measures_file"),
    path("offerings/<uuid:key>/measures/list/", readings.send_list, name="measures_list"),
    path("offerings/<uuid:key>/measures/list.<slug:kind>", readings.template, name="measures_template"),
    path("offerings/<uuid:key>/measures/<slug:when>/", readings.measures_record, name="measures_record"),
    path("offerings/<uuid:key>/measures/<uuid:metric>/retire/", readings.metric_retire, name="metric_retire"),
    path("surveys/", results.surveys, name="surveys"),
    path("surveys/of/<uuid:key>/", results.survey_results, name="survey_results"),
    path("surveys/of/<uuid:key>/<slug:chart>.csv", results.survey_results_file, name="survey_results_file"),
    path("surveys/graduates/", graduates.directed, name="directed"),
    path("surveys/graduates/<uuid:key>/", graduates.graduates, name="graduates"),
    path("surveys/graduates/<uuid:key>/list.csv", graduates.graduates_file, name="graduates_file"),
    path("surveys/<uuid:key>/", editing.survey, name="survey"),
    path("surveys/<uuid:key>/edit/", editing.survey_edit, name="survey_edit"),
    path("surveys/<uuid:key>/for/<uuid:offering>/", editing.survey_adapt, name="survey_adapt"),
    path("surveys/<uuid:key>/for/<uuid:offering>/follow/", editing.survey_follow, name="survey_follow"),
    path("surveys/answer/<str:token>/", answering.survey_answer, name="survey_answer"),
    path("surveys/stop/<str:token>/", answering.survey_stop, name="survey_stop"),
    path("reviews/", reviews.review_list, name="reviews"),
    path("reviews/reviews.csv", reviews.review_file, name="reviews_csv"),
    path("proposals/<uuid:key>/reviews/<slug:deadline>/", reviews.review, name="review"),
    path("proposals/<uuid:key>/reviews/<slug:deadline>/answer/", reviews.answer, name="review_answer"),
    path("proposals/<uuid:key>/reviews/<slug:deadline>/review.pdf", reviews.paper, name="review_paper"),
    path(
        "proposals/<uuid:key>/reviews/<slug:deadline>/<slug:chart>.csv",
        reviews.figures,
        name="review_figures",
    ),
    path("admin/goals/", goals.goals, name="goals"),
    path("admin/goals/<uuid:key>.csv", goals.goal_file, name="goal_file"),
    path("admin/goals/<uuid:key>/adjust/", goals.goal_adjust, name="goal_adjust"),
    path("admin/goals/<uuid:key>/end/", goals.goal_end, name="goal_end"),
    path("admin/approval-times/", waits.waits, name="waits"),
    path("admin/approval-times/<slug:chart>.csv", waits.waits_file, name="waits_file"),
]
