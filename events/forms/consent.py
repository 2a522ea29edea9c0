"""A consent as a checkbox that says which wording it stood beside."""

from collections.abc import Mapping
from typing import Any

from django import forms

from core.forms import PortalForm
from privacy.models import ConsentText

_REWORDED = "Den Text zu dieser Einwilligung haben wir inzwischen geändert. Lesen Sie ihn noch einmal."
WORDING = "fassung"


class _WordedCheckbox(forms.CheckboxInput):
    """Its value is the version of the text; only that version is shown as ticked."""

    def __init__(self, version: str) -> None:
        super().__init__(check_test=lambda value: value in (True, version))
        self.version = version

    def format_value(self, value: Any) -> str:
        """Return the version, ticked or not."""
        return self.version

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return what the browser sent: the version that was ticked, or nothing."""
        return data.get(name, "")


class ConsentField(forms.BooleanField):
    """Whether this wording is consented to.

    LAW: what counts is the text the person saw (RELIABILITY E2). A tick beside an older one is asked for again.
    """

    def __init__(self, text: ConsentText) -> None:
        self.version = str(text.version)
        super().__init__(label=text.title, help_text=text.text, required=False, widget=_WordedCheckbox(self.version))

    def to_python(self, value: Any) -> bool:
        """Return whether it is ticked; ValidationError for a tick beside another wording."""
        if value in ("", None, False):
            return False
        if value is not True and value != self.version:
            raise forms.ValidationError(_REWORDED)
        return True


class WordedForm(PortalForm):
    """A button that consents: the page names the version of the text above it in a hidden input, `WORDING`."""

    def __init__(self, *args: Any, text: ConsentText | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def clean(self) -> dict[str, Any]:
        """Ask again where the page showed another wording."""
        cleaned = super().clean() or self.cleaned_data
        if self.text is not None and self.data.get(WORDING) != str(self.text.version):
            self.add_error(None, _REWORDED)
        return cleaned
