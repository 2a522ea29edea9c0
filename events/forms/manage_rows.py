"""Blocks of rows inside a form, made of plain fields: all works without a script, and errors are ordinary errors.

The hidden field `<prefix>_rows` says how many rows the page shows; the submit button `more_<prefix>` asks for more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

FEWEST_ROWS, SPARE_ROWS, MOST_ROWS = 4, 2, 60


@dataclass(frozen=True)
class Column:
    """One field of every row. The label is completed by the number of the row, because labels stand alone."""

    name: str
    label: str
    make: Callable[[str], forms.Field]


@dataclass(frozen=True)
class Rows:
    """A block of rows of one form class."""

    prefix: str
    word: str
    columns: tuple[Column, ...]

    @property
    def counter(self) -> str:
        """Name of the hidden field that holds the number of rows."""
        return f"{self.prefix}_rows"

    @property
    def button(self) -> str:
        """Name of the button that asks for more rows."""
        return f"more_{self.prefix}"

    def add_to(self, form: forms.Form, stored: Sequence[Mapping[str, Any]]) -> None:
        """Add the fields to the form: as many rows as it came with, else those stored and some to spare."""
        count = self._count(form, len(stored))
        form.fields[self.counter] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        form.initial[self.counter] = count
        if form.is_bound and self.button in form.data:
            form.data = form.data.copy()
            form.data[self.counter] = str(count)
        for row in range(1, count + 1):
            for column in self.columns:
                form.fields[self.field_name(row, column.name)] = column.make(f"{self.word} {row}: {column.label}")
        for row, values in enumerate(stored, start=1):
            form.initial |= {self.field_name(row, name): value for name, value in values.items()}

    def field_name(self, row: int, name: str) -> str:
        """Name of one field: person_3_role."""
        return f"{self.prefix}_{row}_{name}"

    def drawn(self, form: forms.Form) -> list[list[tuple[str, BoundField]]]:
        """Return the rows as the page draws them: (short label, field)."""
        return [
            [(column.label, form[self.field_name(row, column.name)]) for column in self.columns]
            for row in range(1, form.initial[self.counter] + 1)
        ]

    def values(self, form: forms.Form) -> list[tuple[int, dict[str, Any]]]:
        """Return (number of the row, its cleaned values) for each row with anything in it."""
        rows = []
        for row in range(1, form.initial[self.counter] + 1):
            found = {column.name: form.cleaned_data.get(self.field_name(row, column.name)) for column in self.columns}
            if any(value not in (None, "") for value in found.values()):
                rows.append((row, found))
        return rows

    def _count(self, form: forms.Form, stored: int) -> int:
        if not form.is_bound:
            return max(FEWEST_ROWS, stored + SPARE_ROWS)
        raw = str(form.data.get(self.counter, ""))
        known = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= len(str(MOST_ROWS)) else FEWEST_ROWS
        more = FEWEST_ROWS if self.button in form.data else 0
        return min(max(known + more, stored if not raw else 1), MOST_ROWS)


def text_column(name: str, label: str, length: int) -> Column:
    """Return a column of short texts."""
    return Column(name, label, lambda full: forms.CharField(label=full, max_length=length, required=False))


def number_column(name: str, label: str, *, least: int, most: int) -> Column:
    """Return a column of small whole numbers."""
    widget = forms.TextInput(attrs={"class": "in--xs", "inputmode": "numeric"})
    return Column(
        name,
        label,
        lambda full: forms.IntegerField(label=full, required=False, min_value=least, max_value=most, widget=widget),
    )
