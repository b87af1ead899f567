"""Addresses of the API for definitions and awards."""

from django.urls import path

from credentials import api, api_catalogue, api_images, api_stacks

urlpatterns = [
    path("catalogue/", api_catalogue.catalogue_list, name="api-catalogue"),
    path("catalogue/filters/", api_catalogue.catalogue_filters, name="api-catalogue-filters"),
    path("definitions/", api.definition_list, name="api-definitions"),
    path("definitions/<uuid:key>/", api.definition_detail, name="api-definition"),
    path("definitions/<uuid:key>/image/", api_images.definition_image, name="api-definition-image"),
    path("definitions/<uuid:key>/design/", api_images.definition_design, name="api-definition-design"),
    path("stacks/progress/", api_stacks.stack_progress, name="api-stack-progress"),
    path("awards/", api.award_list, name="api-awards"),
    path("awards/<uuid:key>/accept/", api.award_accept, name="api-award-accept"),
    path("awards/<uuid:key>/decline/", api.award_decline, name="api-award-decline"),
]
