"""Addresses of the API for issuance."""

from django.urls import path

from issuance import api, api_checking, api_figures, api_records, api_stacks, api_tending

urlpatterns = [
    path("issuance-requests/", api.request_list, name="api-requests"),
    path("issuance-requests/<uuid:key>/", api.request_detail, name="api-request"),
    path("issuance-requests/<uuid:key>/approve/", api_checking.request_approve, name="api-request-approve"),
    path("issuance-requests/<uuid:key>/lines/", api_checking.request_lines, name="api-request-lines"),
    path("issuance-requests/<uuid:key>/look/", api_checking.request_look, name="api-request-look"),
    path("issuance-requests/<uuid:key>/day/", api_checking.request_day, name="api-request-day"),
    path("issuance-requests/<uuid:key>/recall/", api_checking.request_recall, name="api-request-recall"),
    path("issuance-requests/<uuid:key>/stop/", api_checking.request_stop, name="api-request-stop"),
    path("issuance-requests/<uuid:key>/return/", api.request_return, name="api-request-return"),
    path("deliveries/", api.delivery_list, name="api-deliveries"),
    path("deliveries/retry/", api_tending.deliveries_retry, name="api-deliveries-retry"),
    path("deliveries/cancel/", api_tending.deliveries_cancel, name="api-deliveries-cancel"),
    path("deliveries/<uuid:key>/cancel/", api_tending.delivery_cancel, name="api-delivery-cancel"),
    path("award-changes/", api_tending.change_list, name="api-award-changes"),
    path("award-changes/<uuid:key>/", api_tending.change_detail, name="api-award-change"),
    path("deliveries/<uuid:key>/retry/", api.delivery_retry, name="api-delivery-retry"),
    path("definitions/<uuid:key>/event-code/", api_records.event_code, name="api-event-code"),
    path("definitions/<uuid:key>/parts/", api_records.definition_parts, name="api-definition-parts"),
    path("stack-reviews/", api_stacks.review_list, name="api-stack-reviews"),
    path("stack-reviews/<int:key>/decide/", api_stacks.review_decide, name="api-stack-review-decide"),
    path("notations/", api_records.notation_list, name="api-notations"),
    path("records/", api_records.record_list, name="api-records"),
    path("awards/<uuid:key>/revoke/", api.award_revoke, name="api-award-revoke"),
    path("awards/<uuid:key>/suspend/", api.award_suspend, name="api-award-suspend"),
    path("awards/<uuid:key>/reinstate/", api.award_reinstate, name="api-award-reinstate"),
    path("awards/<uuid:key>/renew/", api.award_renew, name="api-award-renew"),
    path("awards/<uuid:key>/correct/", api.award_correct, name="api-award-correct"),
    path("figures/", api_figures.figures_list, name="api-figures"),
    path("figures/<uuid:key>/", api_figures.figures_detail, name="api-figures-of"),
    path("figure-reports/", api_figures.report_list, name="api-figure-reports"),
]
