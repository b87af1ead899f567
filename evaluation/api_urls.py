"""Addresses of the API about how well it works."""

from django.urls import URLPattern, path

from evaluation import api, api_goals, api_portfolio, api_readings, api_reviews

_REVIEW = "proposals/<uuid:key>/reviews/<slug:deadline>/"

urlpatterns: list[URLPattern] = [
    path("portfolio/", api_portfolio.portfolio, name="api-portfolio"),
    path("offerings/<uuid:key>/metrics/", api_readings.metric_list, name="api-offering-metrics"),
    path("offerings/<uuid:key>/measures/", api_readings.measure_list, name="api-offering-measures"),
    path("my-measures/", api_readings.my_measures, name="api-my-measures"),
    path("reviews/", api_reviews.review_list, name="api-reviews"),
    path(_REVIEW, api_reviews.review_detail, name="api-review"),
    path(f"{_REVIEW}file/", api_reviews.review_file, name="api-review-file"),
    path(f"{_REVIEW}acknowledge/", api_reviews.review_acknowledge, name="api-review-acknowledge"),
    path(f"{_REVIEW}send-back/", api_reviews.review_send_back, name="api-review-send-back"),
    path("goals/", api_goals.goal_list, name="api-goals"),
    path("goals/<uuid:key>/adjust/", api_goals.goal_adjust, name="api-goal-adjust"),
    path("goals/<uuid:key>/end/", api_goals.goal_end, name="api-goal-end"),
    path("surveys/", api.surveyed, name="api-surveys"),
    path("surveys/<uuid:key>/", api.survey_results, name="api-survey-results"),
    path("surveys/<uuid:key>/partners/", api.ask_partners, name="api-survey-partners"),
]
