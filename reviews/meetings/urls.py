"""The addresses of meetings: pages inside the dashboard, before the admin's own addresses, and the API."""

from django.urls import path

from reviews.api import agenda as api_agenda
from reviews.api import meetings as api_meetings
from reviews.views import agenda, attendance, meetings, minutes, packets, presiding

urlpatterns = [
    path("admin/meetings/", meetings.meeting_list, name="meetings"),
    path("admin/meetings/new/", meetings.meeting_plan, name="meeting_plan"),
    path("admin/meetings/<uuid:key>/", meetings.meeting, name="meeting"),
    path("admin/meetings/<uuid:key>/change/", meetings.meeting_change, name="meeting_change"),
    path("admin/meetings/<uuid:key>/calendar.ics", meetings.meeting_calendar, name="meeting_calendar"),
    path("admin/meetings/<uuid:key>/agenda/", agenda.agenda, name="agenda"),
    path("admin/meetings/<uuid:key>/agenda/add/", agenda.agenda_add, name="agenda_add"),
    path("admin/meetings/<uuid:key>/attendance/", attendance.attendance, name="attendance"),
    path(
        "admin/meetings/<uuid:key>/attendance/<int:line>/now/",
        attendance.attendance_now,
        name="attendance_now",
    ),
    path(
        "admin/meetings/<uuid:key>/attendance/<int:line>/",
        attendance.attendance_arrive,
        name="attendance_arrive",
    ),
    path(
        "admin/meetings/<uuid:key>/attendance/times/<int:stretch>/",
        attendance.attendance_correct,
        name="attendance_correct",
    ),
    path("admin/meetings/<uuid:key>/minutes/", minutes.minutes, name="minutes"),
    path("admin/meetings/<uuid:key>/minutes/approve/", minutes.minutes_approve, name="minutes_approve"),
    path("admin/meetings/<uuid:key>/minutes.pdf", packets.minutes_paper_of, name="minutes_paper"),
    path("admin/meetings/<uuid:key>/packet/", packets.packet, name="packet"),
    path("admin/meetings/<uuid:key>/preside/", presiding.preside, name="preside"),
    path("admin/meetings/<uuid:key>/<slug:act>/", meetings.meeting_act, name="meeting_act"),
    path("admin/agenda-items/<uuid:key>/<slug:act>/", agenda.item_act, name="item_act"),
]

api = [
    path("meetings/", api_meetings.meeting_list, name="api-meetings"),
    path("meetings/<uuid:key>/", api_meetings.meeting_detail, name="api-meeting"),
    path("meetings/<uuid:key>/change/", api_meetings.meeting_change, name="api-meeting-change"),
    path("meetings/<uuid:key>/call/", api_meetings.meeting_call, name="api-meeting-call"),
    path("meetings/<uuid:key>/cancel/", api_meetings.meeting_cancel, name="api-meeting-cancel"),
    path("meetings/<uuid:key>/open/", api_meetings.meeting_open, name="api-meeting-open"),
    path("meetings/<uuid:key>/adopt/", api_meetings.meeting_adopt, name="api-meeting-adopt"),
    path("meetings/<uuid:key>/adjourn/", api_meetings.meeting_adjourn, name="api-meeting-adjourn"),
    path("meetings/<uuid:key>/minutes/", api_meetings.minutes_detail, name="api-minutes"),
    path("meetings/<uuid:key>/minutes/correct/", api_meetings.minutes_correct, name="api-minutes-correct"),
    path("meetings/<uuid:key>/minutes/approve/", api_meetings.minutes_approve, name="api-minutes-approve"),
    path("meetings/<uuid:key>/items/", api_agenda.item_add, name="api-agenda"),
    path("meetings/<uuid:key>/arrive/", api_agenda.arrive, name="api-arrive"),
    path("meetings/<uuid:key>/leave/", api_agenda.leave, name="api-leave"),
    path("meetings/<uuid:key>/preside/", api_agenda.preside, name="api-preside"),
    path("meetings/<uuid:key>/guests/", api_agenda.guests, name="api-guests"),
    path(
        "meetings/<uuid:key>/attendance/<int:stretch>/correct/",
        api_agenda.stretch_correct,
        name="api-attendance-correct",
    ),
    path(
        "meetings/<uuid:key>/attendance/<int:stretch>/strike/",
        api_agenda.stretch_strike,
        name="api-attendance-strike",
    ),
    *(
        path(f"agenda-items/<uuid:key>/{name}/", view, name=f"api-item-{name}")
        for name, view in {
            "move": api_agenda.item_move,
            "remove": api_agenda.item_remove,
            "consent": api_agenda.item_consent,
            "pull": api_agenda.item_pull,
            "renew": api_agenda.item_renew,
            "read": api_agenda.item_read,
            "vote": api_agenda.item_vote,
            "put-off": api_agenda.item_put_off,
            "note": api_agenda.item_note,
            "approve": api_agenda.item_approve,
        }.items()
    ),
]
