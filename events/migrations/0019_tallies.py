"""Tallies of places and answers, moved by triggers with every claim and every answer (docs/decisions/0023)."""

import django.db.models.deletion
from django.db import migrations, models

# ruff: noqa: S608 - the names come from this file.

OPERATIONS = {
    "insert": (("new_rows", "NEW TABLE", 1),),
    "delete": (("old_rows", "OLD TABLE", -1),),
    "update": (("new_rows", "NEW TABLE", 1), ("old_rows", "OLD TABLE", -1)),
}
PLACES = {"taken": "state IN ('offered', 'confirmed')", "waiting": "state = 'waiting'"}
ANSWERS = {"people": "true"} | {answer: f"answer = '{answer}'" for answer in ("open", "yes", "no", "deputy")}


def start(tally: str, key: str, owner: str, columns: dict[str, str]) -> str:
    """Return SQL that gives every new row of `owner` a tally of noughts."""
    return f"""
CREATE FUNCTION {tally}_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {tally} ({key}, {", ".join(columns)}) VALUES (NEW.id, {", ".join("0" for _ in columns)});
    RETURN NULL;
END $$;
CREATE TRIGGER {tally}_start AFTER INSERT ON {owner} FOR EACH ROW EXECUTE FUNCTION {tally}_start();
"""


def move(tally: str, key: str, counted: str, columns: dict[str, str], operation: str) -> str:
    """Return SQL that moves the tallies of `counted` rows once per statement, however many rows it touched.

    RACE: several tallies are locked in the order of their keys, so two large statements do not wait for each other.
    """
    rows = OPERATIONS[operation]
    changes = " UNION ALL ".join(
        f"SELECT {key}, {', '.join(f'{sign} * ({each})::int AS {name}' for name, each in columns.items())} FROM {table}"
        for table, _, sign in rows
    )
    return f"""
CREATE FUNCTION {tally}_{operation}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH moved AS (
        SELECT {key}, {", ".join(f"sum({name}) AS {name}" for name in columns)} FROM ({changes}) AS changes
        GROUP BY {key} HAVING {" OR ".join(f"sum({name}) <> 0" for name in columns)}
    ), locked AS (
        SELECT {key} FROM {tally} WHERE {key} IN (SELECT {key} FROM moved) ORDER BY {key} FOR NO KEY UPDATE
    )
    UPDATE {tally} AS tally SET {", ".join(f"{name} = tally.{name} + moved.{name}" for name in columns)}
    FROM moved JOIN locked USING ({key}) WHERE tally.{key} = moved.{key};
    RETURN NULL;
END $$;
CREATE TRIGGER {tally}_{operation} AFTER {operation.upper()} ON {counted}
    REFERENCING {" ".join(f"{kind} AS {table}" for table, kind, _ in rows)}
    FOR EACH STATEMENT EXECUTE FUNCTION {tally}_{operation}();
"""


def keep(tally: str, key: str, owner: str, counted: str, columns: dict[str, str]) -> migrations.RunSQL:
    """Return the operation that fills a tally with what there is and keeps it from then on."""
    fill = f"""
INSERT INTO {tally} ({key}, {", ".join(columns)})
SELECT {owner}.id, {", ".join(f"count({counted}.id) FILTER (WHERE {each})" for each in columns.values())}
FROM {owner} LEFT JOIN {counted} ON {counted}.{key} = {owner}.id GROUP BY {owner}.id;
"""
    triggers = [("start", owner), *((operation, counted) for operation in OPERATIONS)]
    drop = "".join(
        f"DROP TRIGGER {tally}_{name} ON {table}; DROP FUNCTION {tally}_{name}();" for name, table in triggers
    )
    moves = "".join(move(tally, key, counted, columns, operation) for operation in OPERATIONS)
    return migrations.RunSQL(fill + start(tally, key, owner, columns) + moves, drop)


def tally(name: str, key: str, owner: str, columns: dict[str, str]) -> migrations.CreateModel:
    """Return the operation that creates the table."""
    own_key = models.OneToOneField(
        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="tally", serialize=False, to=owner
    )
    return migrations.CreateModel(
        name=name, fields=[(key, own_key), *((each, models.IntegerField(default=0)) for each in columns)]
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0018_interest")]

    operations = [
        tally("PlaceTally", "pool", "events.placepool", PLACES),
        tally("AnswerTally", "event", "events.event", ANSWERS),
        keep("events_placetally", "pool_id", "events_placepool", "events_placeclaim", PLACES),
        keep("events_answertally", "event_id", "events_event", "events_registration", ANSWERS),
    ]
