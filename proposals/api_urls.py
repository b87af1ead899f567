"""Addresses of the API for proposals."""

from django.urls import path

from proposals import api, api_mail, api_offering, api_redline, api_steps, api_writing

urlpatterns = [
    path("proposals/", api.proposal_list, name="api-proposals"),
    path("proposals/<uuid:key>/", api.proposal_detail, name="api-proposal"),
    path("proposals/<uuid:key>/files/", api.proposal_files, name="api-proposal-files"),
    path("proposals/<uuid:key>/compare/", api_redline.proposal_compare, name="api-proposal-compare"),
    path("proposals/<uuid:key>/revisions/", api_writing.revision_list, name="api-proposal-revisions"),
    path(
        "proposals/<uuid:key>/revisions/<slug:number>/",
        api_writing.revision_detail,
        name="api-proposal-revision",
    ),
    path("proposals/<uuid:key>/texts/", api_writing.text_list, name="api-proposal-texts"),
    path("proposals/texts/<uuid:key>/choose/", api_writing.text_choose, name="api-proposal-text-choose"),
    path(
        "proposals/<uuid:key>/files/<uuid:file>/replace/",
        api_writing.file_replace,
        name="api-proposal-file-replace",
    ),
    path(
        "proposals/<uuid:key>/files/<uuid:file>/remove/",
        api_writing.file_remove,
        name="api-proposal-file-remove",
    ),
    path("proposals/<uuid:key>/policy/", api.proposal_policy, name="api-proposal-policy"),
    path("proposals/<uuid:key>/steps/", api_steps.proposal_step_add, name="api-proposal-step-add"),
    path(
        "proposals/<uuid:key>/offering/<slug:name>/", api_offering.offering_act, name="api-proposal-offering"
    ),
    path("proposals/<uuid:key>/mail/", api_mail.proposal_mail, name="api-proposal-mail"),
    path("steps/<uuid:key>/cancel/", api_steps.step_cancel, name="api-step-cancel"),
    path("steps/<uuid:key>/undo/", api_steps.step_undo, name="api-step-undo"),
    path("proposals/<uuid:key>/<slug:transition>/", api.proposal_move, name="api-proposal-move"),
]
