"""Copying an event: what it is called and when it takes place."""

from django import forms

from core.forms import GermanDateField, PortalForm


class CopyForm(PortalForm):
    """Title and day of the copy."""

    title = forms.CharField(label="Titel", max_length=200)
    starts_on = GermanDateField(
        label="Neuer Tag",
        help_text="Zum Beispiel 24.11.2027. Alle Uhrzeiten, Fristen und geplanten Mails verschieben sich mit.",
    )
