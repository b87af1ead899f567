"""Mastery in part, under the version whose requirements it was recorded for, with its corrections."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """What was recorded so far was recorded under the version in force then, which is the one in force now."""
    offering = apps.get_model("learning", "Offering")
    completion = apps.get_model("learning", "Completion")
    met = apps.get_model("learning", "CompetencyMet")
    versions = offering.objects.filter(pk=OuterRef("offering")).values("definition__current")
    completion.objects.update(version=Subquery(versions))
    records = completion.objects.filter(pk=OuterRef("completion"))
    met.objects.update(
        recorded_by=Subquery(records.values("recorded_by")), recorded_at=Subquery(records.values("recorded_at"))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0002_wider_texts"),
        ("learning", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "completion",
            "version",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credentials.definitionversion",
            ),
        ),
        migrations.AddField(
            "competencymet",
            "recorded_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("competencymet", "recorded_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
