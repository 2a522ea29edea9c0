"""What keeps robots out of public forms without a puzzle or a cookie (docs/decisions/0007)."""

import time
import uuid
from typing import Any

from django import forms
from django.core import signing

from core.forms import PortalForm

# Nobody fills in the form faster; and a form open longer is only asked to be sent once more.
MIN_SECONDS = 3
MAX_SECONDS = 24 * 60 * 60
TOO_FAST = "Das ging sehr schnell. Bitte senden Sie das Formular noch einmal."
TOO_OLD = "Das Formular war lange offen. Bitte prüfen Sie Ihre Angaben und senden Sie es noch einmal."


class Ticket:
    """The form's own number with the time it was handed out, signed and good for one form only.

    The number makes a double click one request; the time tells people from robots.
    """

    def __init__(self, subject: object) -> None:
        self._signer = signing.TimestampSigner(salt=f"events.public-form:{subject}")

    def issue(self) -> str:
        """Return a new ticket."""
        return self._signer.sign(uuid.uuid4().hex)

    def submission(self, ticket: str) -> uuid.UUID | None:
        """Return the form's number, or None for a ticket that is forged, of another form or too old."""
        try:
            return uuid.UUID(self._signer.unsign(ticket, max_age=MAX_SECONDS))
        except (signing.BadSignature, ValueError):
            return None

    def is_too_fresh(self, ticket: str) -> bool:
        """Whether a valid ticket was handed out only just now; one from a web server whose clock is ahead was not."""
        _number, issued, _signature = ticket.rsplit(self._signer.sep, 2)
        return 0 <= time.time() - signing.b62_decode(issued) <= MIN_SECONDS


class GuardedForm(PortalForm):
    """A form with a field that only robots fill in and a ticket; call `guard()` once the form is built."""

    # Only robots see a reason to fill this in; the page hides it unless it comes back filled.
    website = forms.CharField(
        label="Bitte leer lassen", required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )
    ticket = forms.CharField(required=False, widget=forms.HiddenInput)

    def guard(self, subject: object) -> None:
        """Hand out a ticket that is good for this subject only."""
        self._ticket = Ticket(subject)
        self.initial["ticket"] = self._ticket.issue()

    @property
    def submission(self) -> uuid.UUID:
        """The number of this form."""
        return self.cleaned_data["submission"]

    def clean_website(self) -> str:
        """Turn robots away, and tell a person whose browser filled the field in what to do."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Lassen Sie das Feld „Bitte leer lassen“ leer und senden Sie noch einmal")
        return ""

    def clean(self) -> dict[str, Any]:
        """Check the ticket; the answer to a bad one is a fresh one, with the input kept."""
        cleaned = super().clean() or self.cleaned_data
        ticket = cleaned.get("ticket", "")
        submission = self._ticket.submission(ticket)
        if submission is None:
            self.add_error(None, TOO_OLD)
            self.data = self.data.copy()
            self.data[self.add_prefix("ticket")] = self.initial["ticket"]
        elif not self.errors and self._ticket.is_too_fresh(ticket):
            self.add_error(None, TOO_FAST)
        cleaned["submission"] = submission
        return cleaned
