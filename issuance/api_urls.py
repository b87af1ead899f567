"""Addresses of the API for issuance."""

from django.urls import path

from issuance import api

urlpatterns = [
    path("issuance-requests/", api.request_list, name="api-requests"),
    path("issuance-requests/<uuid:key>/", api.request_detail, name="api-request"),
    path("issuance-requests/<uuid:key>/approve/", api.request_approve, name="api-request-approve"),
    path("issuance-requests/<uuid:key>/return/", api.request_return, name="api-request-return"),
    path("deliveries/", api.delivery_list, name="api-deliveries"),
    path("deliveries/<uuid:key>/retry/", api.delivery_retry, name="api-delivery-retry"),
    path("awards/<uuid:key>/revoke/", api.award_revoke, name="api-award-revoke"),
]
