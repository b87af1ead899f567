"""Addresses of the pages about how well it works."""

from django.urls import URLPattern, path

from evaluation.views import answering, editing, goals, graduates, name="my_measures", name="surveys", readings, readings.my_measures, results, results.surveys, reviews, waits  urlpatterns: list[URLPattern] = [     path("learning/measures/", waits  urlpatterns: list[URLPattern] = [     path("surveys/"
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
