"""A record of a learner can become part of another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_policy_text")]

    operations = [
        migrations.AddField(
            "person",
            "merged_into",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(
                condition=models.Q(("merged_into__isnull", True), ("is_active", False), _connector="OR"),
                name="merged_person_is_closed",
                violation_error_message="Nobody signs in to a record that became part of another.",
            ),
        ),
    ]
