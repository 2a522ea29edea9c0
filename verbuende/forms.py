"""The form of a contact."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from core.access import Actor
from core.forms import VersionedModelForm
from verbuende.models import Contact, Verbund
from verbuende.querysets import is_centre_staff
from verbuende.regions import LAND_CHOICES
from verbuende.services.contacts import books_of


class ContactForm(VersionedModelForm):
    """A person in the address book of the centre, or of an alliance the user works for."""

    owner = forms.ModelChoiceField(Verbund.objects.none(), label="Adressbuch", empty_label=None)
    verbund = forms.ModelChoiceField(
        Verbund.objects.none(), label="Spricht für den Verbund", required=False, empty_label="für keinen Verbund"
    )

    class Meta:
        model = Contact
        fields = (
            "owner",
            "salutation",
            "name",
            "organisation_as_typed",
            "function",
            "role",
            "email",
            "phone",
            "state",
            "sectors",
            "verbund",
            "is_published",
            "source",
        )

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["organisation_as_typed"] = self.instance.organisation_name
        self._offer_books(user)
        self.fields["state"].choices = [("", "unbekannt"), *LAND_CHOICES]
        self.fields[
            "is_published"
        ].help_text = (
            "Nur mit Einwilligung der Person. Gezeigt werden Name, Funktion, Organisation, E-Mail und Telefon."
        )
        self.fields["source"].help_text = "Zum Beispiel: Visitenkarte vom Netzwerktreffen, Website der Kammer."
        self.fields["sectors"].help_text = "Zum Beispiel: Pflege, Logistik."

    def _offer_books(self, user: Actor) -> None:
        """Offer only books the user writes; one book needs no question, an entry never changes books."""
        verbuende = Verbund.objects.visible_to(user).alliances()
        editable = Verbund.objects.editable_by(user)
        self.fields["verbund"].queryset = verbuende if is_centre_staff(user) else editable
        if self.instance.pk or books_of(user) == [None]:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = editable

    def get_layout(self) -> Layout:
        """Group the fields."""
        owner = ["owner"] if "owner" in self.fields else []
        return Layout(
            Fieldset("Person", *owner, "salutation", "name", "organisation_as_typed", "function", "role"),
            Fieldset("Erreichbar", "email", "phone"),
            Fieldset("Einordnung", "state", "sectors", "verbund", "is_published", "source"),
            "version",
        )

    def clean(self) -> dict[str, Any]:
        """A published contact stands on the page of an alliance, so it needs one."""
        cleaned = super().clean()
        if cleaned.get("is_published") and not cleaned.get("verbund"):
            self.add_error("verbund", "Wählen Sie den Verbund, auf dessen Seite die Person stehen soll")
        return cleaned
