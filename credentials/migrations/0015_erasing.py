"""An award whose holder had all erased that says whose it was."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("credentials", "0014_collections")]

    operations = [
        migrations.AddField("award", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__isnull", True))
                | models.Q(("document", ""), ("recipient_email", ""), ("recipient_name", ""), ("visibility", "private")),
                name="erasing_is_whole",
            ),
        ),
    ]
