"""Addresses of the pages for issuing; those below /admin/ come before the admin's own."""

from django.urls import URLPattern, path

from issuance.views import (
    certifying,
    following,
    notations,
    records,
    requesting,
    reviewing,
    revoking,
    setting_up,
    tending,
)

urlpatterns: list[URLPattern] = [
    path("issuance/", requesting.overview, name="issuance"),
    path("issuance/recipients.csv", requesting.template, name="recipients_template"),
    path("issuance/new/<uuid:key>/", requesting.new, name="request_new"),
    path("issuance/new/<uuid:key>/list/", requesting.dry_run, name="request_list"),
    path("issuance/badge/<uuid:key>/", setting_up.setup, name="definition_setup"),
    path("issuance/<uuid:key>/", following.show, name="request"),
    path("issuance/<uuid:key>/progress/", following.progress, name="request_progress"),
    path("issuance/<uuid:key>/mend/", following.mend, name="request_mend"),
    path("issuance/<uuid:key>/cancel/", following.cancel, name="request_cancel"),
    path("admin/requests/", certifying.queue, name="requests_queue"),
    path("admin/requests/of/<slug:slug>/<slug:office>/", certifying.office_queue, name="office_queue"),
    path("admin/requests/<uuid:key>/", certifying.check, name="request_check"),
    path("admin/requests/<uuid:key>/release/", certifying.release, name="request_release"),
    path("admin/requests/<uuid:key>/return/", certifying.send_back, name="request_return"),
    path("admin/deliveries/failed/", tending.failures, name="deliveries_failed"),
    path("admin/delivery/<uuid:key>/", tending.delivery, name="delivery"),
    path("admin/delivery/<uuid:key>/retry/", tending.retry, name="delivery_retry"),
    path("admin/delivery/<uuid:key>/retry-all/", tending.retry_cause, name="delivery_retry_cause"),
    path("admin/delivery/<uuid:key>/cancel/", tending.cancel, name="delivery_cancel"),
    path("admin/notations/", notations.notations, name="notations"),
    path("admin/notations/list.csv", notations.notations_file, name="notations_file"),
    path("admin/credentials/<uuid:key>/event-code/", notations.event_code, name="event_code"),
    path("admin/records/", records.records, name="records"),
    path("admin/records/list.csv", records.records_file, name="records_file"),
    path("admin/records/<uuid:key>/", records.record, name="learner_record"),
    path("admin/stacks/reviews/", reviewing.stack_reviews, name="stack_reviews"),
    path("admin/stacks/reviews/<int:key>/", reviewing.stack_review, name="stack_review"),
    path("admin/awards/<uuid:key>/revoke/", revoking.award_revoke, name="award_revoke"),
]
