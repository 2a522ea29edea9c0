"""The form that chooses the columns of a list."""

from typing import Any

from django import forms

from core.forms import PortalForm
from events.guest_columns import COLUMNS, ColumnChoice


class ColumnsForm(PortalForm):
    """Which columns, in the order in which they stand in the list."""

    columns = forms.MultipleChoiceField(
        label="Spalten",
        choices=[(column.key, column.label) for column in COLUMNS],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--flat choices--cols"}),
        error_messages={"required": "Kreuzen Sie mindestens eine Spalte an"},
    )

    def __init__(self, *args: Any, choice: ColumnChoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = choice
        if choice.most < len(COLUMNS):
            self.fields[
                "columns"
            ].help_text = f"Höchstens {choice.most}, damit die Zeilen auf dem Blatt lesbar bleiben."

    def clean_columns(self) -> list[str]:
        """Refuse more columns than fit."""
        chosen: list[str] = self.cleaned_data["columns"]
        if len(chosen) > self.choice.most:
            raise forms.ValidationError(f"Wählen Sie höchstens {self.choice.most} Spalten, jetzt sind es {len(chosen)}")
        return chosen
