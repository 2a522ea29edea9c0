"""A form's values in words: on the removable filters above a list, and where two versions stand side by side."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from core.dates import format_date, format_moment, format_time

EMPTY = "leer"


def chips_of(form: forms.Form) -> Iterator[tuple[str, str]]:
    """Yield (parameter, words) for each filter of a validated GET form that has a value.

    The words come from what the form has cleaned, so that a chosen row is not fetched a second time.
    """
    if not form.is_bound:
        return
    cleaned = getattr(form, "cleaned_data", {})
    for bound in form:
        value = cleaned.get(bound.name)
        if bound.is_hidden or value in (None, "", False, []):
            continue
        words = str(bound.label) if value is True else value_words(bound.field, value)
        if words != EMPTY:
            yield bound.html_name, words


def value_words(field: forms.Field, value: Any) -> str:
    """Return a field's value as a person would read it."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(field, forms.ModelChoiceField):
        rows = _rows(field, value)
        return ", ".join(str(field.label_from_instance(row)) for row in rows) or EMPTY
    if value is None or value == "" or value == []:
        return EMPTY
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = dict(_flat(choices))
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(str(labels.get(str(each), each)) for each in values)
    return _plain_words(value)


def _plain_words(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, dt.time):
        return format_time(value)
    return str(value)


def _rows(field: forms.ModelChoiceField, value: Any) -> list[Any]:
    """Return the rows a value stands for: rows as they are, keys looked up."""
    if value is None or value == "":
        return []
    if isinstance(value, Model):
        return [value]
    values = list(value) if isinstance(field, forms.ModelMultipleChoiceField) else [value]
    if all(isinstance(each, Model) for each in values):
        return values
    try:
        found: Any = field.clean(value)
    except ValidationError:
        # Not from the list: there is nothing to name.
        return []
    return [found] if isinstance(found, Model) else list(found)


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
