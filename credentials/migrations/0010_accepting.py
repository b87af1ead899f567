"""An award waits, private, until its holder accepts it. Those made before count as accepted when they were made."""

from django.db import migrations, models
from django.db.models import F, Q


def accept_what_is_shown(apps, schema_editor):
    """What could be seen stays as it is."""
    awards = apps.get_model("credentials", "Award").objects.filter(accepted_at__isnull=True)
    awards.update(accepted_at=F("awarded_at"))


class Migration(migrations.Migration):
    dependencies = [("credentials", "0009_shares")]

    operations = [
        migrations.RenameField("award", "claimed_at", "accepted_at"),
        migrations.AddField("award", "declined_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("award", "decline_reason", models.CharField(blank=True, max_length=300)),
        migrations.AlterField(
            "award",
            "visibility",
            models.CharField(
                choices=[
                    ("private", "Only I can see it"),
                    ("link", "People with my link can see it"),
                    ("public", "Anyone can find it"),
                ],
                default="private",
                max_length=8,
            ),
        ),
        migrations.RunPython(accept_what_is_shown, migrations.RunPython.noop),
        migrations.AddConstraint(
            "award",
            models.CheckConstraint(
                condition=Q(("accepted_at__isnull", False), ("visibility", "private"), _connector="OR"),
                name="award_private_until_accepted",
                violation_error_message="Others see a badge once its holder has accepted it.",
            ),
        ),
        migrations.AddConstraint(
            "award",
            models.CheckConstraint(
                condition=Q(
                    Q(("accepted_at__isnull", True), ("declined_at__isnull", False)),
                    Q(("decline_reason", ""), ("declined_at__isnull", True)),
                    _connector="OR",
                ),
                name="declining_is_whole",
                violation_error_message="A badge is accepted or declined, not both.",
            ),
        ),
    ]
