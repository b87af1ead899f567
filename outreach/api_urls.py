"""Addresses of the API about the office."""

from django.urls import URLPattern, path

from outreach.api import conversations, keeping, sessions

urlpatterns: list[URLPattern] = [
    path("sessions/", sessions.session_list, name="api-sessions"),
    path("sessions/<uuid:key>/change/", sessions.session_change, name="api-session-change"),
    path("sessions/<uuid:key>/cancel/", sessions.session_cancel, name="api-session-cancel"),
    path("sessions/<uuid:key>/register/", sessions.session_register, name="api-session-register"),
    path("sessions/<uuid:key>/registrations/", sessions.registration_list, name="api-session-registrations"),
    path("sessions/<uuid:key>/attendance/", sessions.session_attendance, name="api-session-attendance"),
    path("enquiries/", sessions.enquiry_list, name="api-enquiries"),
    path("enquiries/<uuid:key>/answer/", sessions.enquiry_answer, name="api-enquiry-answer"),
    path("conversations/", conversations.conversation_list, name="api-conversations"),
    path("conversations/<uuid:key>/feedback/", conversations.feedback_list, name="api-feedback"),
    path(
        "conversations/<uuid:key>/publish/",
        conversations.conversation_publish,
        name="api-conversation-publish",
    ),
    path("met-groups/<slug:slug>/", conversations.groups, name="api-met-groups"),
    path("roadmaps/<slug:slug>/", keeping.roadmap, name="api-roadmap"),
    path("editions/", keeping.edition_list, name="api-editions"),
    path("editions/<uuid:key>/approve/", keeping.edition_approve, name="api-edition-approve"),
    path("studies/", keeping.study_list, name="api-studies"),
    path("studies/<uuid:key>/withdraw/", keeping.study_withdraw, name="api-study-withdraw"),
    path("inventory/", keeping.candidate_list, name="api-inventory"),
    path("inventory/<uuid:key>/move/", keeping.candidate_move, name="api-inventory-move"),
    path("inventory/<uuid:key>/marketing/", keeping.candidate_market, name="api-inventory-marketing"),
]
