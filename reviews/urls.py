"""The pages of the app "reviews": votes and sign-offs inside the dashboard, before the admin's own addresses; the talk
about a proposal on the site, since proposers take part in it."""

from django.urls import path

from reviews.meetings import urls as meeting_urls
from reviews.views import alternates, asked, ballots, comments, conditions, motions, papers, steps

urlpatterns = [
    path("admin/ballots/<uuid:key>/", ballots.ballot, name="ballot"),
    path("admin/ballots/<uuid:key>/vote/", ballots.ballot_vote, name="ballot_vote"),
    path("admin/ballots/<uuid:key>/recuse/", ballots.ballot_recuse, name="ballot_recuse"),
    path("admin/ballots/<uuid:key>/recuse/<int:line>/", ballots.ballot_rule, name="ballot_rule"),
    path("admin/ballots/<uuid:key>/close/", ballots.ballot_close, name="ballot_close"),
    path("admin/ballots/<uuid:key>/stop/", ballots.ballot_stop, name="ballot_stop"),
    path("admin/ballots/<uuid:key>/reconsider/", motions.ballot_reconsider, name="ballot_reconsider"),
    path("admin/ballots/<uuid:key>/rescind/", motions.ballot_rescind, name="ballot_rescind"),
    path("admin/ballots/<uuid:key>/rescind/vote/", motions.ballot_rescind_vote, name="ballot_rescind_vote"),
    path("admin/ballots/<uuid:key>/extend/", ballots.ballot_extend, name="ballot_extend"),
    path("admin/steps/<uuid:key>/", steps.step, name="step"),
    path("admin/steps/<uuid:key>/complete/", steps.step_complete, name="step_complete"),
    path("admin/steps/<uuid:key>/vote/", steps.ballot_rerun, name="ballot_rerun"),
    path("admin/steps/<uuid:key>/conditions/", conditions.conditions_name, name="conditions_name"),
    path("steps/<uuid:key>/letter.pdf", papers.decision_letter, name="decision_letter"),
    *meeting_urls.urlpatterns,
    path("alternates/", alternates.alternates, name="alternates"),
    path("alternates/<uuid:key>/end/", alternates.alternate_end, name="alternate_end"),
    path("conditions/<uuid:key>/", conditions.condition, name="condition"),
    path("conditions/<uuid:key>/<slug:act>/", conditions.condition_act, name="condition_act"),
    path("admin/steps/<uuid:key>/panel/", steps.panel_form, name="panel_form"),
    path("comments/on/<uuid:key>/", comments.discussion_page, name="discussion"),
    path("comments/on/<uuid:key>/new/", comments.comment_new, name="comment_new"),
    path("comments/<uuid:key>/", comments.comment, name="comment"),
    path("comments/<uuid:key>/edit/", comments.comment_edit, name="comment_edit"),
    path("comments/<uuid:key>/withdraw/", comments.comment_withdraw, name="comment_withdraw"),
    path("comments/<uuid:key>/settle/", comments.comment_settle, name="comment_settle"),
    path("views-asked/on/<uuid:key>/", asked.view_ask, name="view_ask"),
    path("views-asked/<uuid:key>/", asked.view_asked, name="view_asked"),
    path("views-asked/<uuid:key>/withdraw/", asked.view_withdraw, name="view_withdraw"),
]
