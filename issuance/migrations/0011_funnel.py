from django.db import migrations, models

EVERY = (
    "enrolled",
    "completed",
    "issued",
    "accepted",
    "declined",
    "mailed",
    "followed",
    "mail_counted",
    "mail_opened",
    "sharers",
    "shares",
    "views",
    "held",
    "unpublished",
    "taken",
    "pending",
    "refused",
    "public",
    "opened",
    "engaged",
    "own_views",
    "mail_sent",
    "mail_clicked",
    "holders",
    "postings",
    "postings_by_place",
    "postings_by_employer",
    "salary",
)



class Migration(migrations.Migration):
    """Enrolments and completions are counted by day, too; the worker counts those from before."""

    dependencies = [("issuance", "0010_at_platforms")]

    operations = [
        migrations.RemoveConstraint(model_name="dayfigure", name="day_figure_known"),
        migrations.AddConstraint(
            model_name="dayfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("figure__in", EVERY)), name="day_figure_known"
            ),
        ),
    ]
