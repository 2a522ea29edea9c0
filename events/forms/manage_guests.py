"""The form for a single guest: noting somebody, correcting somebody."""

from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.db.models import QuerySet

from accounts.models import User
from core.forms import VersionedModelForm
from events.models import GuestTag, Registration
from events.services.invitations import ANOTHER_PERSON, GuestDetails


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


class NewGuestForm(GuestForm):
    """A guest who is noted; organisers say so when several people share one address."""

    is_another = forms.BooleanField(
        label=ANOTHER_PERSON,
        required=False,
        help_text="Nur nötig, wenn unter dieser Adresse schon jemand auf der Liste steht.",
    )

    def get_layout(self) -> Layout:
        """The question comes last."""
        return Layout(super().get_layout(), "is_another")


class NotesForm(VersionedModelForm):
    """What organisers keep about one person for themselves: tags and a note."""

    mark_optional = False
    tags = forms.ModelMultipleChoiceField(
        label="Schlagworte",
        queryset=GuestTag.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--flat choices--cols"}),
    )
    new_tag = forms.CharField(
        label="Neues Schlagwort",
        max_length=40,
        required=False,
        help_text="Zum Beispiel „Bus“ oder „Ehrengast“. Danach lässt sich die Liste danach filtern.",
    )

    class Meta:
        model = Registration
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"note": "Steht in keiner Mail und auf keiner Seite der Person."}

    def __init__(self, *args: Any, offered: QuerySet[GuestTag], **kwargs: Any) -> None:
        kwargs["initial"] = {"tags": list(kwargs["instance"].tags.all())} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = offered
        if not offered:
            del self.fields["tags"]

    @property
    def names(self) -> list[str]:
        """All tags the person should carry."""
        chosen = [tag.name for tag in self.cleaned_data.get("tags", ())]
        return [*chosen, self.cleaned_data["new_tag"]] if self.cleaned_data["new_tag"] else chosen

    def get_layout(self) -> Layout:
        """Tags before the note."""
        return Layout(*(name for name in ("tags", "new_tag", "note") if name in self.fields))
