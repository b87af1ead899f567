"""Addresses of the API for steps, ballots, comments and views of units."""

from django.urls import path

from reviews import api, api_alternates, api_comments, api_conditions, api_motions, api_packets, meeting_urls

urlpatterns = [
    path("steps/", api.step_list, name="api-steps"),
    path("steps/<uuid:key>/complete/", api.step_complete, name="api-step-complete"),
    path("steps/<uuid:key>/panel/", api.step_panel, name="api-step-panel"),
    path("ballots/", api.ballot_list, name="api-ballots"),
    path("ballots/<uuid:key>/", api.ballot_detail, name="api-ballot"),
    path("ballots/<uuid:key>/vote/", api.ballot_vote, name="api-ballot-vote"),
    path("ballots/<uuid:key>/recuse/", api.ballot_rule, name="api-ballot-rule"),
    path("ballots/<uuid:key>/close/", api.ballot_close, name="api-ballot-close"),
    path("ballots/<uuid:key>/extend/", api_motions.ballot_extend, name="api-ballot-extend"),
    path("ballots/<uuid:key>/stop/", api_motions.ballot_stop, name="api-ballot-stop"),
    path("ballots/<uuid:key>/reconsider/", api_motions.ballot_reconsider, name="api-ballot-reconsider"),
    path("ballots/<uuid:key>/rescind/", api_motions.ballot_rescind, name="api-ballot-rescind"),
    path("ballots/<uuid:key>/rescind/vote/", api_motions.ballot_rescind_vote, name="api-ballot-rescind-vote"),
    path("steps/<uuid:key>/vote/", api_motions.step_vote, name="api-step-vote"),
    path("proposals/<uuid:key>/comments/", api_comments.comment_list, name="api-comments"),
    path("proposals/<uuid:key>/views-asked/", api_comments.view_list, name="api-views-asked"),
    path("comments/<uuid:key>/", api_comments.comment, name="api-comment"),
    path("comments/<uuid:key>/withdraw/", api_comments.comment_withdraw, name="api-comment-withdraw"),
    path("comments/<uuid:key>/settle/", api_comments.comment_settle, name="api-comment-settle"),
    path("views-asked/", api_comments.view_queue, name="api-views-queue"),
    path("views-asked/<uuid:key>/", api_comments.view, name="api-view-asked"),
    path("views-asked/<uuid:key>/answer/", api_comments.view_answer, name="api-view-answer"),
    path("views-asked/<uuid:key>/withdraw/", api_comments.view_withdraw, name="api-view-withdraw"),
    path("steps/<uuid:key>/conditions/", api_conditions.step_conditions, name="api-step-conditions"),
    path("meetings/<uuid:key>/packet/", api_packets.packet, name="api-packet"),
    *meeting_urls.api,
    path("alternates/", api_alternates.alternate_list, name="api-alternates"),
    path("alternates/<uuid:key>/end/", api_alternates.alternate_end, name="api-alternate-end"),
    path("conditions/", api_conditions.condition_list, name="api-conditions"),
    path("conditions/<uuid:key>/", api_conditions.condition_detail, name="api-condition"),
    path("conditions/<uuid:key>/meet/", api_conditions.condition_meet, name="api-condition-meet"),
    path("conditions/<uuid:key>/accept/", api_conditions.condition_accept, name="api-condition-accept"),
    path(
        "conditions/<uuid:key>/send-back/", api_conditions.condition_send_back, name="api-condition-send-back"
    ),
    path("conditions/<uuid:key>/waive/", api_conditions.condition_waive, name="api-condition-waive"),
]
