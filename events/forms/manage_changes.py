"""What organisers say about a change before it is saved, and when they call a meeting off."""

from typing import Any

from django import forms

from core.forms import PortalForm
from events.services.changes import Notice

LONGEST_WORDS = 2000


class NoticeForm(PortalForm):
    """Words for the notice, whether people are asked again, or why nobody is told."""

    mark_optional = False
    change_words = forms.CharField(
        label="Eigene Worte zur Änderung",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Stehen in der Mail unter der Änderung, auf der Seite des Treffens und auf der eigenen Seite der "
        "Gäste. Was sich geändert hat, Zeit, Ort und der persönliche Link stehen immer in der Mail.",
    )
    asks_again = forms.BooleanField(
        label="Fragen, ob sie weiterhin kommen",
        required=False,
        help_text="Wer zugesagt hat, bestätigt oder sagt ab. Wer nicht antwortet, behält den Platz.",
    )
    silence_reason = forms.CharField(
        label="Grund, warum niemand eine Mail bekommt",
        max_length=200,
        required=False,
        help_text="Nur, wenn Sie ohne Mail speichern, zum Beispiel: Tippfehler im Namen des Hauses. "
        "Steht in Ihrer Übersicht; die Änderung selbst ist auf der Seite des Treffens zu sehen.",
    )

    def __init__(self, *args: Any, may_ask: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_ask:
            del self.fields["asks_again"]

    def needs_reason(self) -> bool:
        """Complain about a missing reason for saving without a mail; return whether one is missing."""
        is_missing = not self.cleaned_data.get("silence_reason")
        if is_missing:
            self.add_error("silence_reason", "Schreiben Sie in wenigen Worten, warum niemand eine Mail bekommt")
        return is_missing

    def notice(self, *, is_mailed: bool) -> Notice:
        """Return the decision as the service takes it."""
        data = self.cleaned_data if self.is_bound else self.initial
        return Notice(
            is_mailed=is_mailed,
            words=data.get("change_words", ""),
            asks_again=is_mailed and data.get("asks_again", False),
            silence_reason=data.get("silence_reason", ""),
        )


class CancelForm(PortalForm):
    """Why a meeting is called off: it stands in the mail."""

    reason = forms.CharField(
        label="Grund der Absage",
        # One less than the column holds: a full stop is added where it is missing.
        max_length=299,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Steht so in der Mail und auf der öffentlichen Seite.",
        error_messages={"required": "Schreiben Sie in einem Satz, warum das Treffen ausfällt"},
    )
