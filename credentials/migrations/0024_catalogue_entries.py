import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The worker makes the entries of what was approved before."""

    dependencies = [("credentials", "0023_later_credit")]

    operations = [
        migrations.CreateModel(
            name="CatalogueWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={"verbose_name_plural": "catalogue words"},
        ),
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                (
                    "definition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="credentials.definition",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="credentials.definitionversion",
                    ),
                ),
                ("unit_name", models.CharField(max_length=200)),
                ("unit_path", models.TextField()),
                ("language", models.CharField(max_length=20)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("plain", django.contrib.postgres.search.SearchVectorField()),
                (
                    "facets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("awarded", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "catalogue entries",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="entry_words"),
                    django.contrib.postgres.indexes.GinIndex(fields=["plain"], name="entry_plain"),
                    django.contrib.postgres.indexes.GinIndex(fields=["facets"], name="entry_facets"),
                ],
            },
        ),
    ]
