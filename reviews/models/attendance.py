"""Who is called to a meeting, and who was in the room from when to when."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from reviews.models.meeting import Meeting

# What belongs to a meeting is changed only in these states of it.
ONLY_IN = """
IF NOT EXISTS (SELECT 1 FROM reviews_meeting WHERE id = COALESCE(NEW.meeting_id, OLD.meeting_id)
               AND state IN ({states})) THEN
    RAISE EXCEPTION 'pgtrigger: {says}';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class MeetingSeat(models.Model):
    """One member who is called to a meeting; the roll is frozen when the meeting opens."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="roll")
    seat = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="meeting_seats")
    chair = models.BooleanField(default=False)
    votes = models.BooleanField(default=True)
    alternates = models.BooleanField(default=False)  # whether an alternate may come for its holder

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="one_seat_a_person_a_meeting",
                violation_error_message="One person holds one seat of a body.",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="meeting_roll_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_IN.format(
                    states="'planned', 'called'", says="the roll of a meeting is frozen when it opens"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.person}"

    @property
    def vice_chair(self) -> bool:
        """Whether the seat is the vice chair's, by the rules under which the body meets."""
        return any(row.id == self.seat and row.vice_chair for row in self.meeting.body_rules.seats)


class AttendanceManager(models.Manager["Attendance"]):
    """Stretches with the line of the roll that each counts for: without it none says who is there."""

    def get_queryset(self) -> models.QuerySet[Attendance]:
        return super().get_queryset().select_related("line")


class Attendance(models.Model):
    """One stretch of time in which a seat's holder, or an alternate for them, was in the room; several a member.

    Without `left_at` they stayed to the end. Corrected until the meeting is adjourned, never after.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    line = models.ForeignKey(MeetingSeat, on_delete=models.PROTECT, related_name="stretches")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="attendances")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    objects = AttendanceManager()

    class Meta:
        ordering = ("line", "arrived_at")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(left_at__isnull=True),
                name="in_the_room_once",
                violation_error_message="They are in the room already.",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gt=models.F("arrived_at")),
                name="leaves_after_arriving",
                violation_error_message="Somebody leaves after they have arrived.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="attendance_while_in_session",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_IN.format(
                    states="'in_session'", says="attendance is recorded while the meeting is in session"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.line.person}" if self.is_alternate else str(self.person)

    @property
    def is_alternate(self) -> bool:
        """Whether somebody came for the seat's holder."""
        return self.person_id != self.line.person_id


class ActingChair(models.Model):
    """The body named a member to preside in this meeting where neither its chair nor its vice chair can; the last one
    named counts. Append-only."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="acting_chairs")
    line = models.ForeignKey(MeetingSeat, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        triggers = [
            pgtrigger.Protect(name="naming_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="named_while_in_session",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=ONLY_IN.format(
                    states="'in_session'", says="who presides is named while the meeting is in session"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.person} presides"
