"""Addresses of the API for steps, ballots, comments and views of units."""

from django.urls import path

from reviews import api, api_comments

urlpatterns = [
    path("steps/", api.step_list, name="api-steps"),
    path("steps/<uuid:key>/complete/", api.step_complete, name="api-step-complete"),
    path("steps/<uuid:key>/panel/", api.step_panel, name="api-step-panel"),
    path("ballots/", api.ballot_list, name="api-ballots"),
    path("ballots/<uuid:key>/", api.ballot_detail, name="api-ballot"),
    path("ballots/<uuid:key>/vote/", api.ballot_vote, name="api-ballot-vote"),
    path("ballots/<uuid:key>/close/", api.ballot_close, name="api-ballot-close"),
    path("proposals/<uuid:key>/comments/", api_comments.comment_list, name="api-comments"),
    path("proposals/<uuid:key>/views-asked/", api_comments.view_list, name="api-views-asked"),
    path("comments/<uuid:key>/", api_comments.comment, name="api-comment"),
    path("comments/<uuid:key>/withdraw/", api_comments.comment_withdraw, name="api-comment-withdraw"),
    path("comments/<uuid:key>/settle/", api_comments.comment_settle, name="api-comment-settle"),
    path("views-asked/", api_comments.view_queue, name="api-views-queue"),
    path("views-asked/<uuid:key>/", api_comments.view, name="api-view-asked"),
    path("views-asked/<uuid:key>/answer/", api_comments.view_answer, name="api-view-answer"),
    path("views-asked/<uuid:key>/withdraw/", api_comments.view_withdraw, name="api-view-withdraw"),
]
