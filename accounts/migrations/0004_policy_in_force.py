"""Which revision of its policy a campus runs by becomes a fact of its own; so far it was the last one adopted."""

import django.db.models.deletion
from django.db import migrations, models


def last_adopted(apps, schema_editor):
    """Every campus goes on under the revision that it adopted last."""
    campuses = apps.get_model("accounts", "Institution")
    adopted = apps.get_model("accounts", "AdoptedPolicy")
    for campus in campuses.objects.all():
        campus.in_force = adopted.objects.filter(institution=campus).order_by("-adopted_at").first()
        campus.save(update_fields=["in_force"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_affiliation_invitation")]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="in_force",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="in_force_at",
                to="accounts.adoptedpolicy",
            ),
        ),
        migrations.RunPython(last_adopted, migrations.RunPython.noop),
    ]
