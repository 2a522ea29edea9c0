"""The form for a single guest: noting somebody, correcting somebody."""

from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms

from accounts.models import User
from core.forms import VersionedModelForm
from events.models import Registration
from events.services.invitations import GuestDetails


class GuestForm(VersionedModelForm):
    """Name, address, organisation and role of one person at one event."""

    salutation = forms.ChoiceField(label="Anrede", choices=User.Salutation.choices, required=False)
    organisation = forms.CharField(label="Organisation", max_length=200, required=False)

    class Meta:
        model = Registration
        fields = ("name", "email", "role")
        labels = {"name": "Vor- und Nachname"}
        help_texts = {"role": "Steht in der Liste und auf dem Namensschild."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        person = kwargs.get("instance")
        if person is not None:
            stored = {"salutation": person.salutation, "organisation": person.organisation_name}
            kwargs["initial"] = stored | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    @property
    def details(self) -> GuestDetails:
        """The person as the service takes it."""
        names = ("name", "email", "role", "organisation", "salutation")
        return GuestDetails(**{name: self.cleaned_data[name] for name in names})

    def get_layout(self) -> Layout:
        """Salutation beside the name, as on a letter."""
        return Layout("salutation", "name", "organisation", Row("email", "role"))
