"""Badges from elsewhere that learners keep in their wallet."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("credentials", "0017_suspension"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="ImportedBadge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("address", models.EmailField(max_length=254)),
                ("title", models.CharField(max_length=300)),
                ("issuer", models.CharField(max_length=300)),
                ("checks", models.JSONField(default=list)),
                ("added_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField()),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported_badges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-added_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("holder", "digest"),
                        name="imported_once",
                        violation_error_message="This badge is in your wallet already.",
                    )
                ],
            },
        ),
    ]
