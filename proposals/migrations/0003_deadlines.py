"""Deadlines: what has come in, which reminders were sent, and how often a pilot was extended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def count_extensions(apps, schema_editor):
    """From the record, which holds every extension that there was."""
    proposals = apps.get_model("proposals", "Proposal").objects
    entries = apps.get_model("journal", "Entry").objects.filter(subject_kind="proposal", act="extend_pilot")
    for key in entries.values_list("subject_id", flat=True):
        proposals.filter(pk=key).update(extensions=models.F("extensions") + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
        ("proposals", "0002_proposer_times"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="extensions",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(count_extensions, migrations.RunPython.noop),
        migrations.CreateModel(
            name="MetDeadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("deadline", models.CharField(max_length=60)),
                ("due_on", models.DateField()),
                ("act", models.CharField(max_length=40)),
                ("note", models.TextField(blank=True)),
                ("met_at", models.DateTimeField()),
                (
                    "met_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="met_deadlines",
                        to="proposals.proposal",
                    ),
                ),
            ],
            options={
                "ordering": ("met_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposal", "deadline"),
                        name="deadline_met_once",
                        violation_error_message="This has come in already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("deadline", models.CharField(max_length=60)),
                ("due_on", models.DateField()),
                ("days", models.SmallIntegerField()),
                ("sent_at", models.DateTimeField()),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="proposals.proposal",
                    ),
                ),
            ],
            options={
                "ordering": ("sent_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposal", "deadline", "due_on", "days"), name="reminder_sent_once"
                    )
                ],
            },
        ),
    ]
