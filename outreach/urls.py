"""The pages of the app "outreach": the office on the site, for everyone; its acts inside the dashboard."""

from django.urls import URLPattern, path

from outreach.views import answering, enquiries, overview, running, sessions

urlpatterns: list[URLPattern] = [
    path("office/", enquiries.offices, name="offices"),
    path("office/<slug:slug>/", overview.office, name="office"),
    path("office/<slug:slug>/sessions/", sessions.sessions, name="sessions"),
    path("office/<slug:slug>/sessions.ics", sessions.calendar, name="sessions_calendar"),
    path("office/<slug:slug>/sessions/request/", enquiries.session_request, name="session_request"),
    path("office/<slug:slug>/sessions/<uuid:key>/", sessions.session, name="session"),
    path("office/<slug:slug>/sessions/<uuid:key>.ics", sessions.session_calendar, name="session_calendar"),
    path("office/<slug:slug>/resources/", enquiries.resources, name="resources"),
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
]
