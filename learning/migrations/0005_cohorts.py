"""Cohorts: an offering has a term and seats, and learners are enrolled in it or wait for a seat."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0004_rubric_levels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="offering",
            name="capacity",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="offering",
            name="term",
            field=models.SlugField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="offering",
            name="term_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="offering_has_a_seat",
                violation_error_message="An offering has room for one learner at least.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=Q(term="", term_year__isnull=True) | (~Q(term="") & Q(term_year__isnull=False)),
                name="offering_term_is_whole",
            ),
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("learner_name", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "On the waiting list"),
                            ("enrolled", "Enrolled"),
                            ("finished", "Finished"),
                            ("left", "Left"),
                        ],
                        max_length=10,
                    ),
                ),
                ("turn", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("enrolled_at", models.DateTimeField(blank=True, null=True)),
                ("finished_on", models.DateField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "left_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="learning.offering",
                    ),
                ),
            ],
            options={"ordering": ("turn",)},
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["offering", "state", "turn"], name="enrolment_by_state"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["learner", "-added_at"], name="enrolment_of_learner"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["waiting", "enrolled", "finished", "left"]), name="enrolment_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("offering", "turn"), name="enrolment_turn_once"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=~Q(state="left"),
                fields=("offering", "learner"),
                name="enrolled_once",
                violation_error_message="This learner is in the offering already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False, left_by__isnull=False)
                | (~Q(state="left") & Q(left_at__isnull=True, left_by__isnull=True)),
                name="enrolment_left_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=Q(state="left")
                | Q(state="waiting", enrolled_at__isnull=True)
                | Q(state__in=["enrolled", "finished"], enrolled_at__isnull=False),
                name="enrolment_seat_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=Q(state="finished", finished_on__isnull=False)
                | (~Q(state="finished") & Q(finished_on__isnull=True)),
                name="enrolment_finished_has_a_day",
            ),
        ),
    ]
