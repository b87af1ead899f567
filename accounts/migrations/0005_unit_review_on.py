"""The day of a unit's next periodic review."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_policy_in_force")]

    operations = [
        migrations.AddField(
            model_name="unit", name="review_on", field=models.DateField(blank=True, null=True)
        )
    ]
