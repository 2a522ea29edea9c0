"""The form by which somebody names the person who comes in their place."""

import re
from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms

from core.forms import PortalForm
from events.forms.registration import NO_NAME
from events.services.deputies import DeputyPerson

WORDS_LENGTH = 500
# SECURITY: the words go to whatever address was typed; no stranger gets somebody's links by our mail.
LINK = re.compile(r"://|\bwww\.|\w{3,}\.[a-z]{2,}", re.IGNORECASE)


class DeputyForm(PortalForm):
    """Who comes instead. The person named has not been asked yet by us, so their being asked is confirmed."""

    name = forms.CharField(
        label="Vor- und Nachname",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Geben Sie den Namen Ihrer Vertretung ein"},
    )
    email = forms.EmailField(
        label="E-Mail-Adresse",
        help_text="Dorthin senden wir die Anfrage mit einem eigenen Link.",
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=200,
        required=False,
        help_text="Leer lassen, wenn es dieselbe ist wie Ihre.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    words = forms.CharField(
        label="Ein paar Worte an Ihre Vertretung",
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text="Sie stehen in der Mail, unter Ihrem Namen.",
    )
    has_agreed = forms.BooleanField(
        label="Die Person weiß, dass ich sie nenne, und ist damit einverstanden",
        help_text="Wir speichern ihren Namen und ihre Adresse nur für diese Anfrage. "
        "Sagt sie ab oder antwortet sie nicht, löschen wir beides.",
        error_messages={"required": "Bestätigen Sie, dass die Person einverstanden ist"},
    )

    def get_layout(self) -> Layout:
        """Address and organisation beside each other."""
        return Layout("name", Row("email", "organisation"), "words", "has_agreed")

    def person(self) -> DeputyPerson:
        """Return whom the form names."""
        data = self.cleaned_data
        return DeputyPerson(name=data["name"], email=data["email"], organisation=" ".join(data["organisation"].split()))

    def clean_name(self) -> str:
        """Return the name on one line; a message or an address is no name."""
        name = " ".join(self.cleaned_data["name"].split())
        if NO_NAME.search(name):
            raise forms.ValidationError("Geben Sie nur den Vor- und Nachnamen ein")
        return name

    def clean_words(self) -> Any:
        """Refuse links."""
        words = self.cleaned_data["words"]
        if LINK.search(words):
            raise forms.ValidationError(
                "Schreiben Sie Ihre Worte ohne Links und ohne Adressen, mit einem Leerzeichen nach jedem Punkt"
            )
        return words
