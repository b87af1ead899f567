"""Addresses of the pages for proposals."""

from django.urls import URLPattern, path

from proposals.views import (
    adding,
    comparing,
    due,
    editing,
    mail,
    papers,
    pilots,
    policy,
    record,
    showing,
    texts,
    writing,
)

urlpatterns: list[URLPattern] = [
    path("proposals/", showing.proposal_list, name="proposals"),
    path("proposals/start/", writing.start, name="proposal_start"),
    path("proposals/start/<slug:slug>/", writing.start_at, name="proposal_start_at"),
    path("proposals/start/<slug:slug>/<uuid:key>/", writing.start_about, name="proposal_start_about"),
    path("proposals/<uuid:key>/", showing.proposal, name="proposal"),
    path("proposals/<uuid:key>/edit/<slug:section>/", editing.edit, name="proposal_edit"),
    path("proposals/<uuid:key>/edit/<slug:section>/save/", editing.autosave, name="proposal_autosave"),
    path("proposals/<uuid:key>/edit/<slug:section>/here/", editing.here, name="proposal_here"),
    path("proposals/<uuid:key>/texts/", texts.texts, name="proposal_texts"),
    path("proposals/<uuid:key>/texts/<uuid:text>/", texts.text, name="proposal_text"),
    path("proposals/<uuid:key>/team/", writing.team, name="proposal_team"),
    path("proposals/<uuid:key>/revisions/<int:number>/", showing.revision, name="proposal_revision"),
    path("proposals/<uuid:key>/compare/", comparing.choose, name="proposal_compare_choose"),
    path("proposals/<uuid:key>/compare/<slug:old>/<slug:new>/", comparing.compare, name="proposal_compare"),
    path("proposals/<uuid:key>/revisions/<int:number>.pdf", papers.revision, name="proposal_revision_paper"),
    path(
        "proposals/<uuid:key>/compare/<slug:old>/<slug:new>.pdf",
        papers.red_line,
        name="proposal_compare_paper",
    ),
    path("proposals/<uuid:key>/record.pdf", papers.record, name="proposal_record_paper"),
    path("proposals/<uuid:key>/policy/", policy.change, name="proposal_policy"),
    path("proposals/<uuid:key>/due/<slug:deadline>/", due.receive_page, name="proposal_receive"),
    path("proposals/<uuid:key>/steps/add/", adding.step_add, name="step_add"),
    path("proposals/steps/<uuid:key>/cancel/", adding.step_cancel, name="step_cancel"),
    path("proposals/steps/<uuid:key>/undo/", adding.step_undo, name="step_undo"),
    path("proposals/<uuid:key>/record/", record.record, name="proposal_record"),
    path("proposals/<uuid:key>/record.json", record.record_file, name="proposal_record_file"),
    path("proposals/<uuid:key>/mail/", mail.mail, name="proposal_mail"),
    path("pilots/", pilots.register, name="pilots"),
    path("pilots/pilots.csv", pilots.download, name="pilots_csv"),
    path("proposals/<uuid:key>/<slug:transition>/", showing.move, name="proposal_move"),
]
