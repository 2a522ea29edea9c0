"""The steps of inviting: groups by a GET form, then the exact list with the organisers' own words."""

import re
from typing import Any

from django import forms

from core.dates import format_date
from core.forms import ChoiceWithHint, PortalForm, SplitLocalDateTimeField
from core.numbers import format_number
from events.models import GuestList
from events.services.audience import Selection
from verbuende.models import Contact, Verbund, VerbundMember
from verbuende.regions import LAND_CHOICES, land_names

# What can be a primary key; anything else in the address is ignored.
PRIMARY_KEY = re.compile(r"[0-9]{1,9}")
LONGEST_TEXT = 3000
_FLAT = {"class": "choices--flat choices--cols"}


class VerbundField(forms.ModelMultipleChoiceField):
    """Alliances with their Länder and sector, because names alone do not tell."""

    def label_from_instance(self, obj: Verbund) -> ChoiceWithHint:
        """Name, and below it where and what for."""
        where = "bundesweit" if obj.is_nationwide else ", ".join(land_names(obj.states))
        return ChoiceWithHint(obj.short_name, " · ".join(part for part in (where, obj.sector_text) if part))


class GuestListField(forms.ModelMultipleChoiceField):
    """Lists with the file they came from and how many people they brought."""

    def label_from_instance(self, obj: GuestList) -> ChoiceWithHint:
        """Name, and below it file and day."""
        day = format_date(obj.run.applied_at) if obj.run.applied_at else ""
        return ChoiceWithHint(obj.name, f"{obj.run.file.name}, eingelesen am {day}")


class RoundField(forms.ModelMultipleChoiceField):
    """Rounds that have left, with how many have not answered."""

    def label_from_instance(self, obj: Any) -> ChoiceWithHint:
        """Number, and below it day and how many are open."""
        return ChoiceWithHint(str(obj), f"{format_date(obj.sent_at)}, {format_number(obj.open_count)} noch offen")


class GroupsForm(PortalForm):
    """Who should come: everything in the address, so that a choice can be kept as a bookmark."""

    mark_optional = False
    land = forms.ChoiceField(label="Land", choices=[("", "Alle Länder"), *LAND_CHOICES], required=False)
    suche = forms.CharField(label="Branche oder Name", max_length=100, required=False)
    verbund = VerbundField(
        label="Verbünde",
        queryset=Verbund.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_FLAT),
    )
    rolle = forms.MultipleChoiceField(
        label="Mitglieder dieser Verbünde",
        choices=VerbundMember.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_FLAT),
    )
    personen = forms.BooleanField(label="Kontakte dieser Verbünde aus den Adressbüchern", required=False)
    buch = forms.MultipleChoiceField(
        label="Aus dem Adressbuch",
        choices=Contact.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_FLAT),
    )
    buchland = forms.MultipleChoiceField(
        label="Nur aus diesen Ländern",
        choices=LAND_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_FLAT),
        help_text="Ohne Auswahl: alle, auch Kontakte ohne Land",
    )
    gast = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    vorgemerkt = forms.BooleanField(label="Einzeln vorgemerkte Gäste", required=False)

    def __init__(self, *args: Any, verbuende: Any, guest_lists: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verbund"].queryset = verbuende
        self.fields["liste"] = GuestListField(
            label="Gästelisten aus Dateien",
            queryset=guest_lists,
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs=_FLAT),
        )
        self.fields["runde"] = RoundField(
            label="Noch keine Antwort aus",
            queryset=rounds,
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs=_FLAT),
        )

    @property
    def selection(self) -> Selection:
        """The choice as the service takes it; values that do not fit are left out."""
        data = self.cleaned_data
        return Selection(
            verbuende=tuple(row.pk for row in data.get("verbund", ())),
            member_roles=tuple(data.get("rolle", ())),
            include_contacts=data.get("personen", False),
            book_roles=tuple(data.get("buch", ())),
            book_states=tuple(data.get("buchland", ())),
            include_noted=data.get("vorgemerkt", False),
            guest_lists=tuple(row.pk for row in data.get("liste", ())),
            rounds=tuple(row.pk for row in data.get("runde", ())),
            people=tuple(int(pk) for pk in data.get("gast") or () if PRIMARY_KEY.fullmatch(pk)),
        )


class WordsForm(PortalForm):
    """What the organisers add in their own words."""

    worte = forms.CharField(
        label="Eigene Worte",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Stehen nach der Anrede. Leer: ein Satz mit der Kurzbeschreibung des Treffens. "
        "Zeit, Ort, Programm, Antwortlink und Abmelden stehen immer in der Mail.",
    )


class SendAtForm(PortalForm):
    """When a round leaves, if not now."""

    mark_optional = False
    send_at = SplitLocalDateTimeField(label="Versand am")


class RoundForm(SendAtForm, WordsForm):
    """What can still be changed about a round that has not left."""

    field_order = ("send_at", "worte")
