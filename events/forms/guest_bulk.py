"""What an act on many guests needs to know, one small form for each."""

from collections.abc import Sequence
from typing import Any

from django import forms

from core.forms import PortalForm
from events.forms.place_act import MailChoiceForm
from events.models import Registration
from events.services.guest_bulk import Bulk, BulkAct


class BulkForm(PortalForm):
    """An act that needs nothing more; the others add their field `value`."""

    def __init__(self, *args: Any, kind: Bulk, tags: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.offer_tags(tags)

    def offer_tags(self, tags: Sequence[str]) -> None:
        """Hook: tell which tags the event knows."""

    @property
    def act(self) -> BulkAct:
        """The act as the service takes it."""
        return BulkAct(self.kind, self.cleaned_data.get("value", ""))


class AddTagForm(BulkForm):
    """The tag to give."""

    value = forms.CharField(label="Schlagwort", max_length=40)

    def offer_tags(self, tags: Sequence[str]) -> None:
        """Name those there are: the same word is the same tag."""
        known = f"Es gibt schon: {', '.join(tags)}." if tags else "Zum Beispiel „Bus“ oder „Ehrengast“."
        self.fields["value"].help_text = known


class RemoveTagForm(BulkForm):
    """The tag to take away."""

    value = forms.ChoiceField(label="Schlagwort", choices=())

    def offer_tags(self, tags: Sequence[str]) -> None:
        """Offer those there are."""
        self.fields["value"].choices = [(name, name) for name in tags]


class RoleForm(BulkForm):
    """The role to give."""

    value = forms.ChoiceField(label="Rolle", choices=Registration.Role.choices)


class PlacesForm(BulkForm, MailChoiceForm):
    """Why, and who is told."""

    @property
    def act(self) -> BulkAct:
        """The act with what the service for places needs."""
        return BulkAct(self.kind, details=tuple(self.details.items()))


FORMS: dict[Bulk, type[BulkForm]] = {
    Bulk.ADD_TAG: AddTagForm,
    Bulk.REMOVE_TAG: RemoveTagForm,
    Bulk.SET_ROLE: RoleForm,
    Bulk.DROP: BulkForm,
    Bulk.CONFIRM: PlacesForm,
    Bulk.WITHDRAW: PlacesForm,
}

INVITE = "einladen"
# The act in the address, and what its button says in the list and on the check page.
ACTS = {
    "schlagwort": (Bulk.ADD_TAG, "Schlagwort geben"),
    "schlagwort-nehmen": (Bulk.REMOVE_TAG, "Schlagwort nehmen"),
    "rolle": (Bulk.SET_ROLE, "Rolle ändern"),
    "zusagen": (Bulk.CONFIRM, "Platz zusagen"),
    "zuruecknehmen": (Bulk.WITHDRAW, "Platz zurücknehmen"),
    "entfernen": (Bulk.DROP, "Vorgemerkte von der Liste nehmen"),
}


def offered_acts(tags: Sequence[str]) -> list[tuple[str, str]]:
    """Return (value, label) of what can be done with many guests; a tag can be taken where there is one."""
    acts = [(key, label) for key, (kind, label) in ACTS.items() if tags or kind != Bulk.REMOVE_TAG]
    return [*acts, (INVITE, "Einladen, auch noch einmal")]
