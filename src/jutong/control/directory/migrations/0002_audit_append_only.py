"""Audit events are only ever added: the database itself refuses a change (GB/T 22239-2019 安全审计).

A removed event is not refused here (a database may have to be emptied, as tests do) but breaks the chain.
"""

from typing import Any

from django.db import migrations

SQLITE = (
    "CREATE TRIGGER audit_event_append_only BEFORE UPDATE ON directory_auditevent "
    "BEGIN SELECT RAISE(ABORT, 'audit events are only ever added'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION jutong_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'audit events are only ever added'; END$$",
    "CREATE TRIGGER audit_event_append_only BEFORE UPDATE ON directory_auditevent "
    "FOR EACH ROW EXECUTE FUNCTION jutong_audit_append_only()",
)


def protect(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def release(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_event_append_only ON directory_auditevent")
        schema_editor.execute("DROP FUNCTION jutong_audit_append_only()")
    else:
        schema_editor.execute("DROP TRIGGER audit_event_append_only")


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
