"""The public form: who comes, and what keeps robots out without a puzzle or a cookie."""

import re
import uuid
from typing import Any

from django import forms
from django.core import signing

from accounts.models import User
from events.forms.answer import ReplyForm
from events.services.public_registration import Person

# Nobody fills in the form faster; and a form open longer is only asked to be sent once more.
MIN_SECONDS = 3
MAX_SECONDS = 24 * 60 * 60
# SECURITY: the name goes to whatever address was typed; no stranger gets somebody's links by our mail.
NO_NAME = re.compile(r"[/@<>]|\bwww\.|\w{3,}\.[a-z]{2,}", re.IGNORECASE)
TOO_FAST = "Das ging sehr schnell. Bitte senden Sie das Formular noch einmal."
TOO_OLD = "Das Formular war lange offen. Bitte prüfen Sie Ihre Angaben und senden Sie es noch einmal."


class Ticket:
    """The form's own number with the time it was handed out, signed and good for one event only.

    The number makes a double click one registration; the time tells people from robots.
    """

    def __init__(self, event_id: int) -> None:
        self._signer = signing.TimestampSigner(salt=f"events.registration-form:{event_id}")

    def issue(self) -> str:
        """Return a new ticket."""
        return self._signer.sign(uuid.uuid4().hex)

    def submission(self, ticket: str) -> uuid.UUID | None:
        """Return the form's number, or None for a ticket that is forged, of another event or too old."""
        try:
            return uuid.UUID(self._signer.unsign(ticket, max_age=MAX_SECONDS))
        except (signing.BadSignature, ValueError):
            return None

    def is_too_fresh(self, ticket: str) -> bool:
        """Whether a valid ticket was handed out only just now."""
        try:
            self._signer.unsign(ticket, max_age=MIN_SECONDS)
        except signing.SignatureExpired:
            return False
        return True


class RegistrationForm(ReplyForm):
    """A registration without an invitation."""

    first_fields = ("salutation", "name", "email", "organisation", "website")

    salutation = forms.ChoiceField(
        label="Anrede",
        choices=(("", "ohne Anrede"), *((value, label) for value, label in User.Salutation.choices if value)),
        required=False,
        widget=forms.Select({"class": "in--s"}),
    )
    name = forms.CharField(
        label="Vor- und Nachname",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Geben Sie Ihren Vor- und Nachnamen ein"},
    )
    email = forms.EmailField(
        label="E-Mail-Adresse",
        max_length=254,
        help_text="Dorthin senden wir einen Link. Erst mit ihm ist Ihre Anmeldung fest.",
    )
    organisation = forms.CharField(
        label="Organisation", max_length=200, required=False, widget=forms.TextInput({"autocomplete": "organization"})
    )
    # Only robots see a reason to fill this in; the page hides it unless it comes back filled.
    website = forms.CharField(
        label="Bitte leer lassen", required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )
    ticket = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ticket = Ticket(self.offer.event.pk)
        self.initial["ticket"] = self._ticket.issue()

    @property
    def submission(self) -> uuid.UUID:
        """The number of this form."""
        return self.cleaned_data["submission"]

    def person(self) -> Person:
        """Return who registers."""
        data = self.cleaned_data
        return Person(
            name=data["name"], email=data["email"], organisation=data["organisation"], salutation=data["salutation"]
        )

    def clean_name(self) -> str:
        """Return the name on one line; a message or an address is no name."""
        name = " ".join(self.cleaned_data["name"].split())
        if NO_NAME.search(name):
            raise forms.ValidationError("Geben Sie nur Ihren Vor- und Nachnamen ein")
        return name

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
