"""The forms of an event itself: planning a new one, and changing it."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms

from core.access import Actor
from core.dates import to_local
from core.forms import (
    ChoiceWithHint,
    GermanDateField,
    GermanTimeField,
    SplitLocalDateTimeField,
    VersionedModelForm,
)
from events.forms.manage_times import SkippedHour, local_moment
from events.forms.moving_up import hours_field, mode_field, moving_up_initial, moving_up_of
from events.models import Event, EventSeries, PlacePool
from events.programme import lies_within
from events.services.kinds import TEMPLATES
from events.services.planning import Capacities
from verbuende.models import Verbund
from verbuende.regions import LAND_CHOICES

UNLIMITED_HINT = "Leer lassen, wenn es keine Grenze gibt"
TEMPLATE, BLANK = "vorlage", "leer"
MOST_PLACES = 100_000
# Per pool of the event, the fields that ask how a freed place is given.
MOVING_UP = {
    PlacePool.Kind.ON_SITE: ("mode_on_site", "hours_on_site"),
    PlacePool.Kind.ONLINE: ("mode_online", "hours_online"),
}


class _EventFields(VersionedModelForm):
    """What planning and changing share: day and clock in German forms, places on site and online."""

    starts_on = GermanDateField(label="Tag", help_text="Zum Beispiel 24.11.2026")
    start_time = GermanTimeField(label="Beginn", required=False, help_text="Zum Beispiel 10:00")
    end_time = GermanTimeField(label="Ende", required=False, help_text="Zum Beispiel 15:30")
    ends_on = GermanDateField(
        label="Letzter Tag", required=False, help_text="Nur, wenn das Treffen an einem anderen Tag endet"
    )
    capacity_on_site = forms.IntegerField(
        label="Plätze vor Ort",
        min_value=0,
        max_value=MOST_PLACES,
        required=False,
        help_text=UNLIMITED_HINT,
        widget=forms.TextInput(attrs={"class": "in--s", "inputmode": "numeric"}),
    )
    capacity_online = forms.IntegerField(
        label="Plätze online",
        min_value=0,
        max_value=MOST_PLACES,
        required=False,
        help_text=UNLIMITED_HINT,
        widget=forms.TextInput(attrs={"class": "in--s", "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """Join day and clock; say at the field what does not fit together."""
        cleaned = super().clean()
        day, start, end = cleaned.get("starts_on"), cleaned.get("start_time"), cleaned.get("end_time")
        last_day = cleaned.get("ends_on")
        if end and not start and "start_time" not in self.errors:
            self.add_error("start_time", "Geben Sie auch den Beginn ein, zum Beispiel 10:00")
        if last_day and not end and "end_time" not in self.errors:
            self.add_error("end_time", "Geben Sie ein, um wie viel Uhr das Treffen am letzten Tag endet")
        cleaned["starts_at"] = self._moment("start_time", day, start)
        cleaned["ends_at"] = self._moment("end_time", last_day or day, end)
        if cleaned["starts_at"] and cleaned["ends_at"] and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("end_time", "Geben Sie ein Ende an, das nach dem Beginn liegt")
        return cleaned

    def _moment(self, field: str, day: Any, time: Any) -> Any:
        try:
            return local_moment(day, time)
        except SkippedHour as error:
            self.add_error(field, str(error))
            return None

    @property
    def event_fields(self) -> dict[str, Any]:
        """What the service writes into the row."""
        written = [*self._meta.fields, "starts_at", "ends_at"]
        return {name: self.cleaned_data[name] for name in written}

    @property
    def capacities(self) -> Capacities:
        """The places as the service takes them."""
        asked = {kind: moving_up_of(self.cleaned_data, *fields) for kind, fields in MOVING_UP.items()}
        return Capacities(
            self.cleaned_data["capacity_on_site"],
            self.cleaned_data["capacity_online"],
            moving_up={kind: choice for kind, choice in asked.items() if choice},
        )


class NewEventForm(_EventFields):
    """The few things a plan begins with. Everything else follows on the event's own pages."""

    kind = forms.ChoiceField(label="Was planen Sie?", widget=forms.RadioSelect)
    start = forms.ChoiceField(
        label="Womit beginnen Sie?",
        choices=(
            (TEMPLATE, ChoiceWithHint("Mit der Vorlage", "Das übliche Programm ist angelegt, ohne Uhrzeiten.")),
            (BLANK, ChoiceWithHint("Leer", "Sie legen jeden Programmpunkt selbst an.")),
        ),
        widget=forms.RadioSelect,
    )
    owner = forms.ModelChoiceField(label="Wer lädt ein?", queryset=Verbund.objects.none(), required=False)

    class Meta:
        model = Event
        fields = ("kind", "title", "format", "city", "venue", "starts_on")

    def __init__(self, *args: Any, owners: Any, for_centre: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (kind, ChoiceWithHint(label, _template_words(kind))) for kind, label in Event.Kind.choices
        ]
        owner = self.fields["owner"]
        owner.queryset = owners
        owner.required = not for_centre
        owner.empty_label = "Koordinierungszentrum" if for_centre else "Bitte wählen"
        self.mark_optional = True
        self._settle_owner(owners, for_centre=for_centre)

    def _settle_owner(self, owners: Any, *, for_centre: bool) -> None:
        """Do not ask what has one answer only."""
        self.only_owner = None
        names = list(owners[:2])
        if (for_centre and not names) or (not for_centre and len(names) == 1):
            self.only_owner = None if for_centre else names[0]
            del self.fields["owner"]

    @property
    def inviting_verbund(self) -> Verbund | None:
        """The alliance that invites; None is the centre."""
        return self.cleaned_data["owner"] if "owner" in self.fields else self.only_owner

    def get_layout(self) -> Layout:
        """Kind and template first, as the rest follows from them."""
        owner = ["owner"] if "owner" in self.fields else []
        return Layout(
            "kind",
            "start",
            Fieldset("Worum geht es?", "title", *owner),
            Fieldset("Wann?", Row("starts_on", "start_time", "end_time"), "ends_on"),
            Fieldset("Wo?", "format", Row("venue", "city"), Row("capacity_on_site", "capacity_online")),
        )


def _template_words(kind: str) -> str:
    items = TEMPLATES.get(kind, ())
    if not items:
        return "Ohne Vorlage"
    titles = list(dict.fromkeys(title or item.label for item, title, _, _ in items))
    shown = ", ".join(titles[:4])
    return f"{shown} …" if len(titles) > 4 else shown


class EventForm(_EventFields):
    """Everything about an event, in groups."""

    series = forms.ModelChoiceField(
        label="Reihe", queryset=EventSeries.objects.none(), required=False, empty_label="keine Reihe"
    )
    states = forms.MultipleChoiceField(
        label="Länder",
        choices=LAND_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--flat choices--cols"}),
        help_text="Danach finden Gäste das Treffen in der öffentlichen Liste.",
    )
    moves_programme = forms.BooleanField(
        label="Programm um dieselbe Zeit verschieben",
        required=False,
        help_text="Zählt, wenn sich die Uhrzeit des Beginns ändert. An einen anderen Tag zieht das Programm immer mit.",
    )
    mode_on_site = mode_field("Wird vor Ort ein Platz frei")
    hours_on_site = hours_field("Frist vor Ort in Stunden")
    mode_online = mode_field("Wird online ein Platz frei")
    hours_online = hours_field("Frist online in Stunden")
    registration_opens_at = SplitLocalDateTimeField(label="Anmeldung ab", required=False)
    registration_closes_at = SplitLocalDateTimeField(label="Anmeldung bis", required=False)
    changes_until = SplitLocalDateTimeField(
        label="Änderungen bis",
        required=False,
        help_text="Danach fragen Angemeldete Änderungen bei Ihnen an. Absagen können sie weiterhin sofort.",
    )
    answer_by = GermanDateField(
        label="Antwort erbeten bis", required=False, help_text="Steht in der Einladung und auf der Antwortseite."
    )

    class Meta:
        model = Event
        fields = (
            *("kind", "title", "summary", "description", "series", "format", "venue", "address", "city", "states"),
            *("online_url", "starts_on", "has_public_registration", "registration_opens_at", "registration_closes_at"),
            *(
                "changes_until",
                "answer_by",
                "contact_name",
                "contact_email",
                "contact_phone",
                "accessibility",
                "recap_url",
            ),
        )
        help_texts = {
            "summary": "Ein oder zwei Sätze. Sie stehen in Listen und am Anfang der Einladung.",
            "description": "Absätze, Listen mit -, **fett** und [Verweise](https://…) sind möglich.",
            "online_url": "Sehen nur Personen mit Online-Platz.",
            "has_public_registration": "Mit einem Formular auf der öffentlichen Seite. Sonst kommen nur Eingeladene.",
            "accessibility": "Zum Beispiel: stufenloser Zugang, Schriftmittlung auf Wunsch, Induktionsschleife.",
            "recap_url": "Nach dem Treffen: Adresse der Dokumentation.",
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 10}),
            "accessibility": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        event: Event = kwargs["instance"]
        timed = list(event.items.filter(starts_at__isnull=False)) if event.starts_at else []
        follows = {"moves_programme": all(lies_within(item, event) for item in timed)}
        kwargs["initial"] = _clock_initial(event) | follows | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if not timed:
            del self.fields["moves_programme"]
        mine = EventSeries.objects.editable_by(user)
        current = EventSeries.objects.filter(pk=event.series_id)
        self.fields["series"].queryset = (mine | current).distinct()
        self._moving_up = [
            name
            for kind, names in MOVING_UP.items()
            for name in names
            if event.format in (Event.Format.HYBRID, kind) or self.fields.pop(name) is None
        ]

    def clean(self) -> dict[str, Any]:
        """Registration needs an hour to end with, and an order of dates."""
        cleaned = super().clean()
        opens, closes = cleaned.get("registration_opens_at"), cleaned.get("registration_closes_at")
        if opens and closes and closes <= opens:
            self.add_error("registration_closes_at", "Geben Sie ein Ende der Anmeldung an, das nach ihrem Beginn liegt")
        if cleaned.get("has_public_registration") and not cleaned.get("start_time") and "start_time" not in self.errors:
            self.add_error(
                "start_time", "Eine öffentliche Anmeldung braucht eine Uhrzeit für den Beginn, zum Beispiel 10:00"
            )
        answer_by, day = cleaned.get("answer_by"), cleaned.get("starts_on")
        if answer_by and day and answer_by > day:
            self.add_error("answer_by", "Geben Sie einen Tag ein, der nicht nach dem Treffen liegt")
        return cleaned

    def get_layout(self) -> Layout:
        """The groups in the order in which people plan."""
        along = ["moves_programme"] if "moves_programme" in self.fields else []
        return Layout(
            Fieldset("Worum geht es?", "kind", "title", "summary", "description"),
            Fieldset("Wann?", Row("starts_on", "start_time", "end_time"), "ends_on", *along),
            Fieldset("Wo?", "format", Row("venue", "city"), "address", "online_url", "states"),
            Fieldset(
                "Anmeldung und Plätze",
                *(Row("capacity_on_site", "capacity_online"), "answer_by", "has_public_registration"),
                *("registration_opens_at", "registration_closes_at", "changes_until"),
            ),
            Fieldset("Wenn ein Platz frei wird", *self._moving_up),
            Fieldset("Ansprechperson", "contact_name", Row("contact_email", "contact_phone")),
            Fieldset("Barrierefreiheit", "accessibility"),
            Fieldset("Reihe und Rückblick", "series", "recap_url"),
        )


def _clock_initial(event: Event) -> dict[str, Any]:
    """Return the form's own fields as stored: clock times, the last day if it is another one, places."""
    start = to_local(event.starts_at) if event.starts_at else None
    end = to_local(event.ends_at) if event.ends_at else None
    pools = {pool.kind: pool for pool in event.pools.filter(item__isnull=True)}
    places = {kind: pool.capacity for kind, pool in pools.items()}
    moving_up = [moving_up_initial(pools.get(kind), *fields) for kind, fields in MOVING_UP.items()]
    return {
        "start_time": start.time() if start else None,
        "end_time": end.time() if end else None,
        "ends_on": end.date() if end and end.date() != event.starts_on else None,
        "capacity_on_site": places.get(PlacePool.Kind.ON_SITE),
        "capacity_online": places.get(PlacePool.Kind.ONLINE),
        **moving_up[0],
        **moving_up[1],
    }
