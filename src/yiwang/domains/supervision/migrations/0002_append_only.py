from django.db import migrations

TABLES = {
    "supervision_card": (
        "id", "case_id", "case_number", "item_code", "office_id", "rule_key", "rule_version", "colour", "subject",
        "due_on", "raised_at",
    ),
    "supervision_cardstep": ("id", "card_id", "kind", "staff_id", "in_place_of_id", "to_id", "finding", "taken_at"),
}  # fmt: skip
"""Table → what is never changed in it. What people wrote may be sealed anew with a new key, so it is not among them."""

CLOSED = (
    "supervision_card",
    "state, finding, closed_at, explained_at, escalated_at, assignee_id, explain_by, tells_head, tells_supervisor",
)


def _sqlite() -> list[str]:
    made = []
    for table, columns in TABLES.items():
        stays = f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
        made.append(f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {stays}")
        made.append(f"CREATE TRIGGER {table}_same BEFORE UPDATE OF {', '.join(columns)} ON {table} {stays}")
    table, columns = CLOSED
    made.append(
        f"CREATE TRIGGER {table}_closed BEFORE UPDATE OF {columns} ON {table} WHEN OLD.state = 'closed' "
        "BEGIN SELECT RAISE(ABORT, 'a closed card stays as it is'); END"
    )
    return made


def _postgresql() -> list[str]:
    made = [
        ("CREATE FUNCTION supervision_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$")
    ]
    runs = "FOR EACH ROW {when} EXECUTE FUNCTION supervision_only_added_to()"
    for table, columns in TABLES.items():
        made.append(f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {runs.format(when='')}")
        made.append(
            f"CREATE TRIGGER {table}_same BEFORE UPDATE OF {', '.join(columns)} ON {table} {runs.format(when='')}"
        )
    table, columns = CLOSED
    when = "WHEN (OLD.state = 'closed')"
    made.append(f"CREATE TRIGGER {table}_closed BEFORE UPDATE OF {columns} ON {table} {runs.format(when=when)}")
    return made


def lock(apps, schema_editor):
    for statement in _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement, None)  # a % of PostgreSQL is no place for a value


def unlock(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    names = [(table, f"{table}_{what}") for table in TABLES for what in ("stays", "same")]
    for table, name in [*names, (CLOSED[0], f"{CLOSED[0]}_closed")]:
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}" if is_postgres else f"DROP TRIGGER {name}")
    if is_postgres:
        schema_editor.execute("DROP FUNCTION supervision_only_added_to()")


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_initial"),
    ]

    operations = [migrations.RunPython(lock, unlock)]
