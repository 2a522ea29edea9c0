"""Subscribing to new events: the address, and what one wants to hear of."""

from typing import Any

from django import forms

from core.forms import PortalForm
from events.forms.guard import GuardedForm
from events.services.subscriptions import Choice
from verbuende.regions import LAND_CHOICES
from verbuende.sectors import SECTOR_CHOICES

BOXES = {"class": "choices--flat choices--cols"}


class ChoiceForm(PortalForm):
    """Länder and sectors. Nothing ticked means all of them; an event that concerns all is told to everybody."""

    mark_optional = False

    states = forms.MultipleChoiceField(
        label="Länder",
        choices=LAND_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple(BOXES),
        help_text="Nichts angekreuzt heißt: alle Länder. Treffen ohne festes Land melden wir immer.",
    )
    sectors = forms.MultipleChoiceField(
        label="Branchen",
        choices=SECTOR_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple(BOXES),
        help_text="Nichts angekreuzt heißt: alle Branchen. Branchenübergreifende Treffen melden wir immer.",
    )

    def choice(self) -> Choice:
        """Return what was chosen; all of them is the same as none."""
        chosen = {name: tuple(self.cleaned_data[name]) for name in ("states", "sectors")}
        everything = {"states": len(LAND_CHOICES), "sectors": len(SECTOR_CHOICES)}
        return Choice(**{name: () if len(codes) == everything[name] else codes for name, codes in chosen.items()})


class SubscriptionForm(GuardedForm, ChoiceForm):
    """The public form."""

    email = forms.EmailField(
        label="E-Mail-Adresse",
        max_length=254,
        help_text="Dorthin senden wir einen Link. Erst wenn Sie ihn öffnen und bestätigen, beginnt das Abonnement.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("email", "states", "sectors"))
        self.guard("subscription")
