"""The forms of the programme: one item with its people and tables, and alliances laid out as pitches or stands."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.forms.utils import ErrorDict

from core.dates import format_day, to_local
from core.forms import GermanTimeField, PortalForm, PortalModelForm, VersionedModelForm
from events.forms.manage_rows import Rows, number_column, text_column
from events.forms.manage_times import SkippedHour, local_moment
from events.forms.moving_up import hours_field, mode_field, moving_up_initial, moving_up_of
from events.models import Event, PlacePool, ProgrammeItem
from events.services.pools import MovingUp
from events.services.programme import PersonLine, TableLine
from verbuende.models import Verbund
from verbuende.regions import LAND_CHOICES

LONGEST = 24 * 60
MOST_DAYS = 14

PEOPLE = Rows(
    "person",
    "Person",
    (
        text_column("name", "Name", 150),
        text_column("role", "Funktion", 120),
        text_column("organisation", "Organisation", 200),
    ),
)
TABLES = Rows(
    "table",
    "Tisch",
    (
        number_column("number", "Nummer", least=1, most=500),
        text_column("topic", "Thema", 160),
        text_column("host", "Moderation", 150),
        number_column("capacity", "Plätze", least=1, most=1000),
    ),
)


# What is asked about the places of an item to choose.
PLACES = ("capacity", "mode", "hours")


def _small_number(label: str, least: int, most: int, hint: str = "") -> forms.IntegerField:
    widget = forms.TextInput(attrs={"class": "in--s", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, help_text=hint, widget=widget
    )


class ItemForm(VersionedModelForm):
    """One item with its people and tables."""

    day = forms.ChoiceField(label="Tag", required=False)
    start_time = GermanTimeField(label="Beginn", required=False, help_text="Leer: Uhrzeit nicht bekannt")
    end_time = GermanTimeField(label="Ende", required=False, help_text="Oder die Dauer")
    minutes = _small_number("Dauer in Minuten", 1, LONGEST, "Zum Beispiel 45")
    capacity = _small_number("Plätze zur Wahl", 0, 100_000, "Leer lassen, wenn es keine Grenze gibt")
    mode = mode_field("Wird einer dieser Plätze frei")
    hours = hours_field("Frist in Stunden")

    class Meta:
        model = ProgrammeItem
        fields = ("kind", "title", "text", "part", "minutes", "room", "is_choosable")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "title": "Leer lassen, wenn nur die Art bekannt ist",
            "part": "Überschrift über mehreren Punkten, zum Beispiel Vormittag",
            "is_choosable": "Gäste wählen den Punkt in ihrer Antwort, zum Beispiel einen von drei Workshops.",
        }

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        item = kwargs.get("instance")
        kwargs["initial"] = _item_initial(item) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.event = event
        if not self.instance.pk:
            self.fields["kind"].choices = [("", "Bitte wählen"), *ProgrammeItem.Kind.choices]
        self._offer_days()
        PEOPLE.add_to(self, _stored_people(item))
        TABLES.add_to(self, _stored_tables(item))
        self._stored |= {name: value for name, value in self.initial.items() if name not in self._stored}

    @property
    def wants_more_rows(self) -> bool:
        """Whether a button for more rows was pressed: nothing is checked or saved then."""
        return self.is_bound and bool({PEOPLE.button, TABLES.button} & set(self.data))

    def full_clean(self) -> None:
        """Leave everything as typed while somebody asks for more rows."""
        if self.wants_more_rows:
            self._errors = ErrorDict()
            self.cleaned_data = {}
            return
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Join the times, and check the rows one by one."""
        cleaned = super().clean()
        self._clean_times(cleaned)
        for row, person in PEOPLE.values(self):
            if not person["name"]:
                self._add_row_error(PEOPLE.field_name(row, "name"), f"Geben Sie den Namen der {row}. Person ein")
        numbers: set[int] = set()
        for row, table in TABLES.values(self):
            field, number = TABLES.field_name(row, "number"), table["number"]
            if number is None:
                self._add_row_error(field, f"Geben Sie die Nummer des {row}. Tisches ein")
            elif number in numbers:
                self._add_row_error(field, f"Geben Sie eine andere Nummer ein, Tisch {number} steht schon da")
            numbers.add(number)
        return cleaned

    @property
    def item_fields(self) -> dict[str, Any]:
        """What the service writes into the row."""
        return {name: self.cleaned_data[name] for name in (*self._meta.fields, "starts_at", "ends_at")}

    @property
    def moving_up(self) -> MovingUp | None:
        """How a freed place is given, as the service takes it."""
        return moving_up_of(self.cleaned_data, "mode", "hours")

    @property
    def people(self) -> list[PersonLine]:
        """The filled rows of people."""
        return [PersonLine(**values) for _, values in PEOPLE.values(self)]

    @property
    def tables(self) -> list[TableLine]:
        """The filled rows of tables."""
        return [TableLine(**values) for _, values in TABLES.values(self)]

    def drawn_people(self) -> list[Any]:
        """Return the rows of people for the page."""
        return PEOPLE.drawn(self)

    def drawn_tables(self) -> list[Any]:
        """Return the rows of tables for the page."""
        return TABLES.drawn(self)

    @property
    def opens_tables(self) -> bool:
        """Whether the tables are unfolded from the start: there are some, there should be some, or one is wrong."""
        has_error = self.is_bound and any(name.startswith("table_") for name in self.errors)
        is_cafe = self["kind"].value() == ProgrammeItem.Kind.CAFE
        return has_error or is_cafe or TABLES.button in self.data or bool(self.initial.get("table_1_number"))

    def get_layout(self) -> Layout:
        """Everything but the rows, which the page draws itself."""
        day = ["day"] if "day" in self.fields else []
        times = Row("start_time", "end_time", "minutes")
        return Layout("kind", "title", "text", *day, times, Row("room", "part"), "is_choosable", *PLACES, "version")

    @property
    def helper(self) -> Any:
        """Draw what the layout names; the page brings the rows and their counters."""
        helper = super().helper
        helper.render_hidden_fields = False
        return helper

    def _offer_days(self) -> None:
        first = self.event.starts_on
        last = to_local(self.event.ends_at).date() if self.event.ends_at else first
        days = [first + dt.timedelta(days=number) for number in range(min((last - first).days + 1, MOST_DAYS))]
        self.fields["day"].choices = [(day.isoformat(), format_day(day)) for day in days]
        if len(days) == 1:
            del self.fields["day"]

    def _clean_times(self, cleaned: dict[str, Any]) -> None:
        day = dt.date.fromisoformat(cleaned.get("day") or self.event.starts_on.isoformat())
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        cleaned["starts_at"] = cleaned["ends_at"] = None
        if end and not start and "start_time" not in self.errors:
            self.add_error("start_time", "Geben Sie auch den Beginn ein, oder nur die Dauer")
        try:
            cleaned["starts_at"], cleaned["ends_at"] = local_moment(day, start), local_moment(day, end)
        except SkippedHour as error:
            self.add_error("start_time", str(error))
            return
        if not (cleaned["starts_at"] and cleaned["ends_at"]):
            return
        length = round((cleaned["ends_at"] - cleaned["starts_at"]).total_seconds() / 60)
        if length <= 0:
            self.add_error("end_time", "Geben Sie ein Ende an, das nach dem Beginn liegt")
        elif cleaned.get("minutes") not in (None, length):
            self.add_error("minutes", f"Von Beginn bis Ende sind es {length} Minuten. Leeren Sie Dauer oder Ende")

    def _add_row_error(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)


def _item_initial(item: ProgrammeItem | None) -> dict[str, Any]:
    if item is None:
        return moving_up_initial(None, "mode", "hours")
    start = to_local(item.starts_at) if item.starts_at else None
    pool = PlacePool.objects.filter(item=item).first()
    return {
        "day": start.date().isoformat() if start else None,
        "start_time": start.time() if start else None,
        "end_time": to_local(item.ends_at).time() if item.ends_at else None,
        "capacity": pool.capacity if pool else None,
        **moving_up_initial(pool, "mode", "hours"),
    }


def _stored_people(item: ProgrammeItem | None) -> list[dict[str, Any]]:
    if item is None or item.pk is None:
        return []
    people = item.people.select_related("organisation")
    return [{"name": each.name, "role": each.role, "organisation": each.organisation_name} for each in people]


def _stored_tables(item: ProgrammeItem | None) -> list[dict[str, Any]]:
    if item is None or item.pk is None:
        return []
    return list(item.tables.values("number", "topic", "host", "capacity"))


class ItemDeleteForm(PortalModelForm):
    """Nothing to fill in: the page asks, and the check page shows who is told."""

    class Meta:
        model = ProgrammeItem
        fields: tuple[str, ...] = ()


class SlotsForm(PortalForm):
    """Which alliances pitch or have a stand in one item; a Land can be ticked as a whole."""

    mark_optional = False
    verbuende = forms.ModelMultipleChoiceField(
        label="Verbünde",
        queryset=Verbund.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--flat choices--cols"}),
    )
    minutes = _small_number("Minuten je Verbund", 1, LONGEST, "Leer lassen, wenn die Länge nicht feststeht")
    land = forms.ChoiceField(label="Alle Verbünde aus einem Land ankreuzen", required=False)

    def __init__(self, *args: Any, verbuende: Any, with_minutes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verbuende"].queryset = verbuende
        self.fields["land"].choices = [("", "Land wählen"), *LAND_CHOICES]
        if not with_minutes:
            del self.fields["minutes"]
