"""The public form: who comes."""

import re
from typing import Any

from django import forms

from accounts.models import User
from events.forms.guard import GuardedForm
from events.forms.reply import ReplyForm
from events.services.public_registration import Person

# SECURITY: the name goes to whatever address was typed; no stranger gets somebody's links by our mail.
NO_NAME = re.compile(r"[/@<>]|\bwww\.|\w{3,}\.[a-z]{2,}", re.IGNORECASE)


class RegistrationForm(GuardedForm, ReplyForm):
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard(self.offer.event.pk)

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
