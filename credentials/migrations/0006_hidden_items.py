from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0005_award_code")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="hidden",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(("hidden__contained_by", ["name", "evidence", "narrative", "results"])),
                name="award_hidden_items_known",
            ),
        ),
    ]
