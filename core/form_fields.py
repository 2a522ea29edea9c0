"""Fields that read what people in Germany type: dates, times, choices with an explanation."""

import datetime as dt
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError

from core.dates import format_clock, format_date, format_time, parse_date, parse_local, parse_time, to_local


class ChoiceWithHint(str):
    """The label of a choice with a second line: `ChoiceWithHint("Online", "noch 21 von 30 Plätzen")`.

    `mark` is a state before the hint ("Ausgebucht"); `is_disabled` shows a choice that cannot be taken now; a choice
    that `reveals` opens the `<div class="reveal">` that follows its field.
    """

    __slots__ = ("hint", "is_disabled", "mark", "reveals")
    hint: str
    mark: str
    is_disabled: bool
    reveals: bool

    def __new__(
        cls, label: str, hint: str = "", *, mark: str = "", is_disabled: bool = False, reveals: bool = False
    ) -> Self:
        """Attach the hint to the text; wherever only the text is wanted, it stays a plain str."""
        choice = super().__new__(cls, label)
        choice.hint, choice.mark, choice.is_disabled, choice.reveals = hint, mark, is_disabled, reveals
        return choice


class GermanDateInput(forms.DateInput):
    """A short text input: faster than three fields, and no picker that speaks the browser's language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "in--s", "inputmode": "text", "autocomplete": "off", **(attrs or {})}, "%d.%m.%Y")


class GermanTimeInput(forms.TimeInput):
    """A short text input for hours and minutes."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "in--s", "inputmode": "text", "autocomplete": "off", **(attrs or {})}, "%H:%M")


class GermanDateField(forms.DateField):
    """Reads 24.11.2026, 24.11.26, 24. November 2026 and 2026-11-24."""

    widget = GermanDateInput
    default_error_messages = {
        "required": "Geben Sie ein Datum ein, zum Beispiel 24.11.2026",
        "invalid": "Geben Sie das Datum mit Tag, Monat und Jahr ein, zum Beispiel 24.11.2026",
    }

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day, or None for an empty field."""
        if value in self.empty_values or isinstance(value, dt.date):
            return super().to_python(value)
        if not str(value).strip():
            return None
        try:
            return parse_date(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class GermanTimeField(forms.TimeField):
    """Reads 14:00, 14.30, 14 Uhr and 14."""

    widget = GermanTimeInput
    default_error_messages = {
        "required": "Geben Sie eine Uhrzeit ein, zum Beispiel 14:00",
        "invalid": "Geben Sie die Uhrzeit mit Stunde und Minute ein, zum Beispiel 14:00",
    }

    def to_python(self, value: Any) -> dt.time | None:
        """Return the time, or None for an empty field."""
        if value in self.empty_values or isinstance(value, dt.time):
            return super().to_python(value)
        if not str(value).strip():
            return None
        try:
            return parse_time(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class SplitLocalDateTimeWidget(forms.MultiWidget):
    """Date and time side by side, each with its own label; posted as <name>_date and <name>_time."""

    part_labels = ("Datum", "Uhrzeit")
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"date": GermanDateInput(), "time": GermanTimeInput()}, attrs)

    def decompress(self, value: dt.datetime | None) -> list[Any]:
        """Return the local day and time of a stored moment."""
        return [to_local(value).date(), to_local(value).time()] if value else [None, None]


class SplitLocalDateTimeField(forms.MultiValueField):
    """A moment on German clocks, returned as an aware datetime.

    A time that summer time skips is refused with a sentence that says why; an hour that comes twice is its first pass.
    """

    widget = SplitLocalDateTimeWidget
    default_error_messages = {
        "required": "Geben Sie Datum und Uhrzeit ein",
        "incomplete": "Geben Sie Datum und Uhrzeit ein",
    }

    def __init__(self, **kwargs: Any) -> None:
        fields = (GermanDateField(required=False), GermanTimeField(required=False))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        """Refuse half a moment: neither part means anything alone."""
        moment = super().clean(value)
        if moment is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return moment

    def compress(self, data_list: list[Any]) -> dt.datetime | None:
        """Join day and time."""
        day, time = [*data_list, None, None][:2]
        if day is None and time is None:
            return None
        if day is None or time is None:
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            return parse_local(day, time)
        except ValueError:
            raise ValidationError(_skipped(day, time), code="skipped") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the moments, not their spelling."""
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


def _skipped(day: dt.date, time: dt.time) -> str:
    return (
        f"Am {format_date(day)} gibt es {format_time(time)} nicht: "
        f"Die Uhren springen von 02:00 auf {format_clock(dt.time(3))}. Geben Sie eine andere Uhrzeit ein"
    )
