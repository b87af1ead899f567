"""Awards that run out are found by their last day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("credentials", "0018_imported")]

    operations = [
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("expires_on__isnull", False)), fields=["expires_on"], name="award_last_days"
            ),
        ),
    ]
