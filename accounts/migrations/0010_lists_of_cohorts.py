"""Lists of learners to be enrolled, of grades, and of what was measured."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_lists_filed_by_workers")]

    operations = [
        migrations.AlterField(
            model_name="listheadings",
            name="kind",
            field=models.CharField(
                choices=[
                    ("recipients", "Recipients of badges"),
                    ("completions", "What learners have shown"),
                    ("enrolments", "Learners to be enrolled"),
                    ("grades", "Grades of a course system"),
                    ("measures", "What was measured before and after"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="uploadedlist",
            name="kind",
            field=models.CharField(
                choices=[
                    ("recipients", "Recipients of badges"),
                    ("completions", "What learners have shown"),
                    ("enrolments", "Learners to be enrolled"),
                    ("grades", "Grades of a course system"),
                    ("measures", "What was measured before and after"),
                ],
                max_length=20,
            ),
        ),
    ]
