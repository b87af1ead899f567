"""Addresses of the API for steps, ballots, comments and views of units."""

from django.urls import path

from reviews.api import alternates, ballots, comments, conditions, motions, packets
from reviews.meetings import urls as meetings

urlpatterns = [
    path("steps/", ballots.step_list, name="api-steps"),
    path("steps/<uuid:key>/complete/", ballots.step_complete, name="api-step-complete"),
    path("steps/<uuid:key>/panel/", ballots.step_panel, name="api-step-panel"),
    path("ballots/", ballots.ballot_list, name="api-ballots"),
    path("ballots/<uuid:key>/", ballots.ballot_detail, name="api-ballot"),
    path("ballots/<uuid:key>/vote/", ballots.ballot_vote, name="api-ballot-vote"),
    path("ballots/<uuid:key>/recuse/", ballots.ballot_rule, name="api-ballot-rule"),
    path("ballots/<uuid:key>/close/", ballots.ballot_close, name="api-ballot-close"),
    path("ballots/<uuid:key>/extend/", motions.ballot_extend, name="api-ballot-extend"),
    path("ballots/<uuid:key>/stop/", motions.ballot_stop, name="api-ballot-stop"),
    path("ballots/<uuid:key>/reconsider/", motions.ballot_reconsider, name="api-ballot-reconsider"),
    path("ballots/<uuid:key>/rescind/", motions.ballot_rescind, name="api-ballot-rescind"),
    path("ballots/<uuid:key>/rescind/vote/", motions.ballot_rescind_vote, name="api-ballot-rescind-vote"),
    path("steps/<uuid:key>/vote/", motions.step_vote, name="api-step-vote"),
    path("proposals/<uuid:key>/comments/", comments.comment_list, name="api-comments"),
    path("proposals/<uuid:key>/views-asked/", comments.view_list, name="api-views-asked"),
    path("comments/<uuid:key>/", comments.comment, name="api-comment"),
    path("comments/<uuid:key>/withdraw/", comments.comment_withdraw, name="api-comment-withdraw"),
    path("comments/<uuid:key>/settle/", comments.comment_settle, name="api-comment-settle"),
    path("views-asked/", comments.view_queue, name="api-views-queue"),
    path("views-asked/<uuid:key>/", comments.view, name="api-view-asked"),
    path("views-asked/<uuid:key>/answer/", comments.view_answer, name="api-view-answer"),
    path("views-asked/<uuid:key>/withdraw/", comments.view_withdraw, name="api-view-withdraw"),
    path("steps/<uuid:key>/conditions/", conditions.step_conditions, name="api-step-conditions"),
    path("meetings/<uuid:key>/packet/", packets.packet, name="api-packet"),
    *meetings.api,
    path("alternates/", alternates.alternate_list, name="api-alternates"),
    path("alternates/<uuid:key>/end/", alternates.alternate_end, name="api-alternate-end"),
    path("conditions/", conditions.condition_list, name="api-conditions"),
    path("conditions/<uuid:key>/", conditions.condition_detail, name="api-condition"),
    path("conditions/<uuid:key>/meet/", conditions.condition_meet, name="api-condition-meet"),
    path("conditions/<uuid:key>/accept/", conditions.condition_accept, name="api-condition-accept"),
    path("conditions/<uuid:key>/send-back/", conditions.condition_send_back, name="api-condition-send-back"),
    path("conditions/<uuid:key>/waive/", conditions.condition_waive, name="api-condition-waive"),
]
