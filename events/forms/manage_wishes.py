"""Deciding about a change somebody asked for."""

from typing import Any

from django import forms

from core.forms import ChoiceWithHint, PortalForm

ACCEPT, DECLINE = "ja", "nein"
WORDS_LENGTH = 500


class ChangeDecisionForm(PortalForm):
    """Yes or no, and what the person is told; a no needs its reason."""

    decision = forms.ChoiceField(
        label="Wie entscheiden Sie?",
        choices=(
            (ACCEPT, ChoiceWithHint("Annehmen", "Die Änderung gilt sofort, Plätze werden neu geprüft")),
            (DECLINE, ChoiceWithHint("Ablehnen", "Es bleibt, wie es ist")),
        ),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Worte an die Person",
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text="Sie stehen in der Mail. Beim Ablehnen sagen Sie hier, warum.",
    )

    @property
    def is_accepted(self) -> bool:
        """Whether the change is granted."""
        return self.cleaned_data["decision"] == ACCEPT

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == DECLINE and not cleaned.get("words"):
            self.add_error("words", "Sagen Sie der Person, warum die Änderung nicht möglich ist")
        return cleaned
