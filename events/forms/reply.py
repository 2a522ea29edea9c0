"""What both ways of answering ask: invited people and those who register. Nothing is pre-ticked."""

import itertools
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from core.dates import format_clock, format_time
from core.forms import ChoiceWithHint, PortalForm
from core.numbers import number_word
from events.forms.consent import ConsentField
from events.forms.own_claims import OwnClaims, own_claims
from events.models import Event, ItemTable, PlacePool, ProgrammeItem, Registration
from events.services.offers import Offer
from events.services.replies import Reply
from events.services.standing import PoolFigures, Standing
from privacy.models import ConsentText

Answer = Registration.Answer
Attendance = Registration.Attendance
NONE = "0"
TEXT_LENGTH = 1000
_CHANGED = "Wählen Sie noch einmal: Das Programm hat sich inzwischen geändert"
_GONE = "Das Treffen hat sich inzwischen geändert. Prüfen Sie Ihre Antwort und senden Sie noch einmal."
NOT_OFFERED = {"invalid_choice": _CHANGED, "invalid_list": _CHANGED}


class ReplyForm(PortalForm):
    """What both ways of answering ask once somebody comes. Fields for choices follow the event."""

    first_fields: tuple[str, ...] = ()

    attendance = forms.ChoiceField(
        label="Vor Ort oder online?",
        widget=forms.RadioSelect,
        error_messages={"required": "Wählen Sie, ob Sie vor Ort oder online teilnehmen"},
    )
    food = forms.MultipleChoiceField(
        label="Essen",
        choices=Registration.Food.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "choices--flat"}),
    )
    access_needs = forms.CharField(
        label="Zugang und Unterstützung",
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text="Zum Beispiel stufenloser Weg, Gebärdensprache, Schriftmittlung. "
        "Wir löschen diese Angabe 30 Tage nach dem Treffen.",
    )
    remark = forms.CharField(
        label="Bemerkung",
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text="Sie geht an die Gastgeber. Auch diese Angabe löschen wir 30 Tage nach dem Treffen.",
    )

    def __init__(
        self,
        *args: Any,
        offer: Offer,
        standing: Standing | None = None,
        giver: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self._claims = own_claims(standing, giver)
        self._ask_attendance()
        self._pool_fields = [self._ask_items(group) for group in offer.item_groups]
        if self.is_bound:
            self._follow_choices()
        self._table_fields = [
            self._ask_tables(item, list(tables))
            for item, tables in itertools.groupby(offer.tables, key=lambda table: table.item)
        ]
        self._consent_fields = [self._ask_consent(text) for text in offer.consent_texts.values()]
        if not offer.event.is_on_site:
            del self.fields["food"]
        needs = ("food", "access_needs", "remark")
        self.order_fields(
            (*self.first_fields, "attendance", *self._pool_fields, *self._table_fields, *needs, *self._consent_fields)
        )

    @property
    def choice_fields(self) -> list[BoundField]:
        """The questions that follow the event's programme, for the template."""
        return [self[name] for name in (*self._pool_fields, *self._table_fields)]

    @property
    def consent_fields(self) -> list[BoundField]:
        """One checkbox per consent."""
        return [self[name] for name in self._consent_fields]

    @property
    def only_places(self) -> str:
        """How many places are left where there is only one way to take part, and so nothing to choose."""
        pools = self.offer.event_pools
        return _places_hint(pools[0], self._claims) if len(pools) == 1 else ""

    def reply(self) -> Reply:
        """Return the cleaned answer for the service."""
        data = self.cleaned_data
        if data.get("answer") == Answer.NO:
            return Reply(answer=Answer.NO, remark=data["remark"])
        chosen = [data[name] for name in self._pool_fields]
        tables = {str(pk) for name in self._table_fields for pk in data[name]}
        pools = self.offer.event_pools
        return Reply(
            answer=Answer.YES,
            attendance=pools[0].pool.kind if len(pools) == 1 else data["attendance"],
            item_pools=tuple(self.offer.figures[int(pk)].pool for pk in chosen if pk and pk != NONE),
            tables=tuple(table for table in self.offer.tables if str(table.pk) in tables),
            food=tuple(data.get("food", ())),
            access_needs=data["access_needs"],
            remark=data["remark"],
            consents={name.removeprefix("consent_"): data[name] for name in self._consent_fields},
            wordings=self.offer.consent_texts,
        )

    def clean(self) -> dict[str, Any]:
        """Ask again if the sent form answered a question that is gone: nothing chosen is dropped in silence."""
        cleaned = super().clean() or self.cleaned_data
        if any(self._is_gone(name) for name in self.data):
            self.add_error(None, _GONE)
        return cleaned

    def _follow_choices(self) -> None:
        """Read a choice under its question's name of today.

        A question is named after its first item; while the form was open another may have become the first.
        """
        asked = {
            str(each.pool.pk): name
            for name, group in zip(self._pool_fields, self.offer.item_groups, strict=True)
            for each in group
        }
        sent = {name: self.data.get(name) for name in self.data if name.startswith("choice_")}
        moved = {name: asked[chosen] for name, chosen in sent.items() if chosen in asked and asked[chosen] not in sent}
        if moved:
            self.data = self.data.copy()
            for name, today in moved.items():
                self.data[today] = sent[name]
                del self.data[name]

    def _is_gone(self, name: str) -> bool:
        """Whether this input holds a choice that the event no longer leaves to people."""
        if name in self.fields or not name.startswith(("attendance", "choice_", "tables_")):
            return False
        left = ["", self.offer.event_pools[0].pool.kind if name == "attendance" else NONE]
        return self.data.get(name) not in left

    def _ask_attendance(self) -> None:
        pools = self.offer.event_pools
        if len(pools) == 1:
            del self.fields["attendance"]
            return
        self.fields["attendance"].choices = [
            (each.pool.kind, _choice(_attendance_label(self.offer.event, each.pool), each, self._claims))
            for each in pools
        ]

    def _ask_items(self, group: list[PoolFigures]) -> str:
        items = [each.pool.item for each in group]
        name = f"choice_{group[0].pool.pk}"
        are_workshops = all(item.kind == ProgrammeItem.Kind.WORKSHOP for item in items)
        label = "Workshop" if are_workshops else "Programm zur Wahl"
        choices = [(str(each.pool.pk), _choice(each.pool.item.headline, each, self._claims)) for each in group]
        self.fields[name] = forms.ChoiceField(
            label=f"{label}: {items[0].part}" if items[0].part else label,
            choices=[*choices, (NONE, "Keinen Workshop" if are_workshops else "Nichts davon")],
            required=False,
            widget=forms.RadioSelect,
            help_text=_group_hint(items),
            error_messages=NOT_OFFERED,
        )
        return name

    def _ask_tables(self, item: ProgrammeItem, tables: list[ItemTable]) -> str:
        name = f"tables_{item.pk}"
        self.fields[name] = forms.MultipleChoiceField(
            label=f"Tischwünsche: {item.headline}",
            choices=[(str(table.pk), _table_choice(table)) for table in tables],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="Ihre Wünsche helfen beim Planen. An welchen Tisch Sie gehen, entscheiden Sie am Tag selbst.",
            error_messages=NOT_OFFERED,
        )
        return name

    def _ask_consent(self, text: ConsentText) -> str:
        name = f"consent_{text.key}"
        self.fields[name] = ConsentField(text)
        return name


def _attendance_label(event: Event, pool: PlacePool) -> str:
    if pool.kind == Attendance.ONLINE:
        return "Online"
    return f"Vor Ort in {event.city}" if event.city else "Vor Ort"


def _choice(label: str, figures: PoolFigures, own: OwnClaims) -> ChoiceWithHint:
    item = figures.pool.item
    room = f"{item.room} · " if item and item.room else ""
    is_full = figures.is_full and figures.pool.pk not in own.words
    return ChoiceWithHint(label, room + _places_hint(figures, own), mark="Ausgebucht" if is_full else "")


def _places_hint(figures: PoolFigures, own: OwnClaims) -> str:
    """noch 8 von 60 Plätzen – or the rank one would get."""
    if figures.pool.pk in own.words:
        return own.words[figures.pool.pk]
    if figures.is_full:
        rank = f"kommen auf Platz {figures.waiting + 1} der Warteliste"
        keeps = figures.pool.choice_group in own.sure_groups
        return f"Sie behalten Ihren Platz und {rank}" if keeps else f"Sie {rank}"
    if figures.free is None:
        return "Plätze ohne Begrenzung"
    return f"noch {figures.free} von {figures.pool.capacity} Plätzen"


def _group_hint(items: list[ProgrammeItem]) -> str:
    first = items[0]
    if not first.starts_at:
        time = ""
    elif first.ends_at:
        time = f"{format_time(first.starts_at)} bis {format_clock(first.ends_at)}"
    else:
        time = f"ab {format_clock(first.starts_at)}"
    choose = f"{number_word(len(items)).capitalize()} zur gleichen Zeit: Wählen Sie einen." if len(items) > 1 else ""
    return ". ".join(part for part in (time, choose) if part)


def _table_choice(table: ItemTable) -> ChoiceWithHint:
    host = f"Moderation: {table.host}" if table.host else ""
    if not table.topic:
        return ChoiceWithHint(f"Tisch {table.number}", host)
    return ChoiceWithHint(table.topic, " · ".join(part for part in (f"Tisch {table.number}", host) if part))
