"""The pages of the app "outreach": the office on the site, for everyone; its acts inside the dashboard."""

from django.urls import URLPattern, path

from outreach.views import (
    answering,
    conversations,
    conversing,
    enquiries,
    inventory,
    overview,
    planning,
    running,
    sessions,
    studies,
    texts,
)

urlpatterns: list[URLPattern] = [
    path("office/", enquiries.offices, name="offices"),
    path("office/<slug:slug>/", overview.office, name="office"),
    path("office/<slug:slug>/sessions/", sessions.sessions, name="sessions"),
    path("office/<slug:slug>/sessions.ics", sessions.calendar, name="sessions_calendar"),
    path("office/<slug:slug>/sessions/request/", enquiries.session_request, name="session_request"),
    path("office/<slug:slug>/sessions/<uuid:key>/", sessions.session, name="session"),
    path("office/<slug:slug>/sessions/<uuid:key>.ics", sessions.session_calendar, name="session_calendar"),
    path("office/<slug:slug>/resources/", enquiries.resources, name="resources"),
    path("office/<slug:slug>/roadmap/", planning.roadmap, name="roadmap"),
    path("office/<slug:slug>/roadmap/<int:number>/", planning.roadmap, name="roadmap_version"),
    path("office/<slug:slug>/conversations/", conversations.conversations, name="conversations"),
    path("office/<slug:slug>/conversations/<uuid:key>/", conversations.conversation, name="conversation"),
    path(
        "office/<slug:slug>/conversations/<uuid:key>/<slug:part>",
        conversations.conversation_file,
        name="conversation_file",
    ),
    path("office/<slug:slug>/definitions/", texts.definitions, name="definitions"),
    path(
        "office/<slug:slug>/definitions/<slug:subject>/<int:number>/",
        texts.definition_version,
        name="definition_version",
    ),
    path("registrations/<str:token>/", sessions.registration, name="registration"),
    path(
        "registrations/<str:token>/session.ics", sessions.registration_calendar, name="registration_calendar"
    ),
    path("enquiries/<str:token>/", enquiries.enquiry, name="enquiry"),
    path("admin/office/", running.outreach_home, name="outreach_home"),
    path("admin/office/sessions/<uuid:key>/", running.office_session, name="office_session"),
    path("admin/office/sessions/<uuid:key>/change/", running.session_change, name="session_change"),
    path("admin/office/sessions/<uuid:key>/cancel/", running.session_cancel, name="session_cancel"),
    path("admin/office/sessions/<uuid:key>/add/", running.registration_add, name="registration_add"),
    path("admin/office/enquiries/<uuid:key>/", answering.office_enquiry, name="office_enquiry"),
    path("admin/office/<slug:slug>/sessions/", running.office_sessions, name="office_sessions"),
    path("admin/office/<slug:slug>/sessions/plan/", running.session_plan, name="session_plan"),
    path("admin/office/<slug:slug>/enquiries/", answering.office_enquiries, name="office_enquiries"),
    path(
        "admin/office/conversations/<uuid:key>/", conversing.office_conversation, name="office_conversation"
    ),
    path(
        "admin/office/conversations/<uuid:key>/change/",
        conversing.conversation_change,
        name="conversation_change",
    ),
    path(
        "admin/office/conversations/<uuid:key>/publish/",
        conversing.conversation_publish,
        name="conversation_publish",
    ),
    path(
        "admin/office/conversations/<uuid:key>/film/", conversing.conversation_film, name="conversation_film"
    ),
    path(
        "admin/office/<slug:slug>/conversations/",
        conversing.office_conversations,
        name="office_conversations",
    ),
    path(
        "admin/office/<slug:slug>/conversations/plan/", conversing.conversation_plan, name="conversation_plan"
    ),
    path("admin/office/<slug:slug>/groups/", conversing.group_keep, name="group_keep"),
    path("admin/office/texts/<uuid:key>/approve/", texts.text_approve, name="text_approve"),
    path("admin/office/texts/<uuid:key>/drop/", texts.text_drop, name="text_drop"),
    path("admin/office/studies/<uuid:key>/withdraw/", studies.study_withdraw, name="study_withdraw"),
    path("admin/office/inventory/<uuid:key>/", inventory.candidate, name="candidate"),
    path("admin/office/inventory/<uuid:key>/move/", inventory.candidate_move, name="candidate_move"),
    path("admin/office/inventory/<uuid:key>/marketing/", inventory.candidate_market, name="candidate_market"),
    path("admin/office/<slug:slug>/roadmap/", planning.office_roadmap, name="office_roadmap"),
    path("admin/office/<slug:slug>/roadmap/<int:place>/", planning.phase_edit, name="phase_edit"),
    path("admin/office/<slug:slug>/roadmap/<int:place>/remove/", planning.phase_remove, name="phase_remove"),
    path("admin/office/<slug:slug>/texts/", texts.office_texts, name="office_texts"),
    path("admin/office/<slug:slug>/texts/<slug:subject>/", texts.text_draft, name="text_draft"),
    path("admin/office/<slug:slug>/inventory/", inventory.office_inventory, name="office_inventory"),
    path("admin/office/<slug:slug>/inventory/add/", inventory.candidate_add, name="candidate_add"),
    path("admin/office/<slug:slug>/studies/", studies.office_studies, name="office_studies"),
    path("admin/office/<slug:slug>/studies/<slug:subject>/", studies.study_keep, name="study_keep"),
]
