"""The one public form of the portal's own pages."""

import secrets
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from core.forms import PortalForm

TICKET_SALT = "portal.feedback"
MINIMUM_SECONDS = 3
LOOKS_AUTOMATIC = "Das ging sehr schnell, wie bei einem Programm. Bitte senden Sie Ihre Nachricht noch einmal."

KINDS = (
    ("barrier", "Eine Barriere melden"),
    ("fact", "Eine Angabe stimmt nicht"),
    ("other", "Etwas anderes"),
)


class FeedbackForm(PortalForm):
    """What somebody wants to tell the operator. Programs are kept out without a puzzle that keeps people out."""

    kind = forms.ChoiceField(
        label="Worum geht es?",
        choices=KINDS,
        widget=forms.RadioSelect(attrs={"class": "choices--flat"}),
        error_messages={"required": "Wählen Sie, worum es geht"},
    )
    subject = forms.CharField(
        label="Welche Seite oder welcher Verbund?",
        max_length=200,
        required=False,
        help_text="Zum Beispiel die Überschrift der Seite oder ihre Adresse",
    )
    text = forms.CharField(
        label="Ihre Nachricht",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Was wollten Sie tun, was ist geschehen? Bei falschen Angaben: was stimmt, am besten mit Quelle.",
        error_messages={"required": "Schreiben Sie, worum es geht"},
    )
    email = forms.EmailField(
        label="Ihre E-Mail-Adresse",
        required=False,
        help_text="Nur, wenn Sie eine Antwort möchten. Wir nutzen sie für nichts anderes.",
    )
    # People never see this field; programs fill in whatever they find.
    website = forms.CharField(required=False, max_length=200)
    # Signed when the page was opened: how long somebody has been writing, and which mail a second click repeats.
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("ticket", new_ticket())

    def clean(self) -> dict[str, Any]:
        """Refuse what a program sends; people send once more and have lost nothing."""
        cleaned = super().clean() or self.cleaned_data
        is_trapped = bool(cleaned.pop("website", ""))
        if is_trapped:
            self._replace("website", "")
        if not self._is_ticket_in_order(cleaned.get("ticket", "")):
            self._replace("ticket", new_ticket())
            is_trapped = True
        if is_trapped or self._is_hasty(cleaned["ticket"]):
            raise ValidationError(LOOKS_AUTOMATIC, code="automatic")
        return cleaned

    def _is_ticket_in_order(self, ticket: str) -> bool:
        try:
            signing.TimestampSigner(salt=TICKET_SALT).unsign(ticket)
        except signing.BadSignature:
            return False
        return True

    def _is_hasty(self, ticket: str) -> bool:
        """Tell whether fewer seconds have passed than anybody needs to write."""
        try:
            signing.TimestampSigner(salt=TICKET_SALT).unsign(ticket, max_age=MINIMUM_SECONDS)
        except signing.SignatureExpired:
            return False
        return True

    def _replace(self, name: str, value: str) -> None:
        """Show another value than the one sent when the form comes back."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value


def new_ticket() -> str:
    """Return a signed, dated, random name for one opened form."""
    return signing.TimestampSigner(salt=TICKET_SALT).sign(secrets.token_urlsafe(12))
