"""The long text of adopted revisions moves into a table of its own, once for each hash."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

MOVE = """
    INSERT INTO accounts_policytext (hash, text)
    SELECT DISTINCT ON (hash) hash, text FROM accounts_adoptedpolicy
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_unit_review_on")]

    operations = [
        migrations.CreateModel(
            name="PolicyText",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="policytext",
            trigger=pgtrigger.compiler.Trigger(
                name="policy_text_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a803ca5ea42b6522d04fcb7fb8a11763f52add14",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_policy_text_is_final_bd250",
                    table="accounts_policytext",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RemoveField(model_name="adoptedpolicy", name="text"),
        migrations.RenameField(model_name="adoptedpolicy", old_name="hash", new_name="written"),
        migrations.AlterField(
            model_name="adoptedpolicy",
            name="written",
            field=models.ForeignKey(
                db_column="hash",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.policytext",
            ),
        ),
    ]
