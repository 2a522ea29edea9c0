"""Setting fields on a row and saying in words what changed, for the journal."""

from typing import Any

from django.db import models


def apply_changes(row: models.Model, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """Set the fields and return label → [old, new]; equal values are no change. Saves nothing."""
    changes = {}
    for name, new in fields.items():
        old = getattr(row, name)
        if old != new:
            changes[_label(row, name)] = [_word(old), _word(new)]
            setattr(row, name, new)
    return changes


def _label(row: models.Model, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _word(value: Any) -> Any:
    """Return what the journal shows: rows by name, never by key."""
    if value is None:
        return ""
    return str(value) if isinstance(value, models.Model) else value
