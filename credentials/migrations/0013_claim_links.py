"""A claim link knows its mail and when it was opened."""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat


def name_the_mail(apps, schema_editor):
    """Until now one mail an award brought its link."""
    links = apps.get_model("credentials", "ClaimLink").objects.filter(award__isnull=False)
    links.update(mail_key=Concat(Value("badge_awarded:"), Cast(F("award_id"), models.CharField(max_length=36))))


class Migration(migrations.Migration):
    dependencies = [("credentials", "0012_stacks")]

    operations = [
        migrations.AddField("claimlink", "mail_key", models.CharField(blank=True, max_length=200)),
        migrations.AddField("claimlink", "opened_on", models.DateField(blank=True, null=True)),
        migrations.RunPython(name_the_mail, migrations.RunPython.noop),
        migrations.AddIndex(
            "claimlink",
            models.Index(
                condition=models.Q(("used_at", None)), fields=["expires_at"], name="claim_link_unused"
            ),
        ),
    ]
