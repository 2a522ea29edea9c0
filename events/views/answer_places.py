"""Behind a person's own link: accepting or declining an offered place, leaving a waiting list, keeping one of two."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.dates import format_moment
from core.exceptions import Busy, DomainError
from events.models import PlaceClaim, PlacePool
from events.place_cards import torn_items
from events.services.own_places import accept_offer, decline_offer, keep_item, leave_waiting_list
from events.services.standing import Standing, standing_of
from events.situation import closing_of, situation_of
from events.views.answer import OwnLink

State = PlaceClaim.State


@dataclass(frozen=True)
class Question:
    """What the page asks before the button acts."""

    title: str
    text: str
    button: str
    is_final: bool = False


class OwnPlace(OwnLink):
    """One place that is offered or waited for. A mail scanner's GET only ever sees the question."""

    form_class = EmptyForm
    template_name = "events/answer_place.html"
    states: ClassVar[tuple[str, ...]]
    pool: PlacePool

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Name the place; whether it is the person's is asked by the services."""
        super().setup(request, *args, **kwargs)
        self.pool = get_object_or_404(PlacePool.objects.select_related("item"), pk=kwargs["pool"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; where there is nothing to decide any more, show how things stand instead."""
        closing = closing_of(self.object.event)
        if closing and not closing.may_cancel:
            return self.closed(closing)
        return super().get(request, *args, **kwargs) if self.is_open() else redirect(self.get_success_url())

    def is_open(self) -> bool:
        """Whether there is anything to decide about this place."""
        return self.object.claims.filter(pool=self.pool, state__in=self.states).exists()

    def refuse(self, form: EmptyForm, error: DomainError) -> HttpResponse:
        """Say why it is too late and how things stand now."""
        if isinstance(error, Busy):
            return super().refuse(form, error)
        self.object = self.find(self.kwargs["token"]) or self.object
        closing = closing_of(self.object.event)
        if closing and not closing.may_cancel:
            return self.closed(closing)
        context = super().get_context_data(
            form=None, situation=situation_of(self.object, self.object.clock), refusal=error.message
        )
        return self.response_class(self.request, ["events/answer_status.html"], context)

    def question(self, standing: Standing) -> Question:
        """Return what the page asks."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the question."""
        return super().get_context_data(question=self.question(standing_of(self.object)), **kwargs)

    @property
    def place(self) -> str:
        """Name the place in a sentence: "den Platz vor Ort", "den Platz in „Werkstatt“"."""
        return f"in „{self.pool.title}“" if self.pool.item else self.pool.title

    def until(self, standing: Standing) -> str:
        """Say until when the place is kept."""
        place = standing.place_in(self.pool.pk)
        deadline = format_moment(place.offered_until) if place and place.offered_until else ""
        return f"Er ist bis {deadline} für Sie frei gehalten." if deadline else ""

    def kept(self, standing: Standing) -> str:
        """Name the place the person keeps if this one does not become theirs; empty if there is none."""
        if self.pool.item is None:
            return standing.attendance_label if standing.wish and standing.wish.pool_id == self.pool.pk else ""
        entry = next((entry for entry in standing.items if entry.pool_id == self.pool.pk), None)
        return f"in „{entry.instead_of.headline}“" if entry and entry.instead_of else ""


class PlaceAccept(OwnPlace):
    """Take an offered place."""

    states = (State.OFFERED,)

    def perform(self, _form: EmptyForm) -> Standing:
        """Accept."""
        return accept_offer(registration=self.object, pool=self.pool)

    def question(self, standing: Standing) -> Question:
        """Say what is given up for it."""
        kept = self.kept(standing)
        text = self.until(standing) + (f" Ihren Platz {kept} geben wir dann weiter." if kept else "")
        return Question(f"Möchten Sie den Platz {self.place} annehmen?", text, "Verbindlich annehmen")


class PlaceDecline(OwnPlace):
    """Give an offered place on."""

    states = (State.OFFERED,)

    def perform(self, _form: EmptyForm) -> Standing:
        """Decline."""
        return decline_offer(registration=self.object, pool=self.pool)

    def question(self, standing: Standing) -> Question:
        """Say what stays."""
        kept = self.kept(standing)
        if kept:
            stays = f"Sie behalten Ihren Platz {kept}."
        elif self.pool.item:
            stays = "An Ihrer übrigen Anmeldung ändert sich nichts."
        else:
            stays = "Sie stehen dann nicht mehr auf der Warteliste; melden Sie sich wieder, stellen Sie sich hinten an."
        text = f"{self.until(standing)} Lehnen Sie ab, geht er an die nächste Person. {stays}"
        return Question(f"Möchten Sie den Platz {self.place} ablehnen?", text, "Platz ablehnen", is_final=True)


class ItemKeep(OwnPlace):
    """Keep one of two chosen items that came to run at the same time."""

    def is_open(self) -> bool:
        """Whether something else runs at the same time."""
        return bool(self._others(standing_of(self.object)))

    def perform(self, _form: EmptyForm) -> Standing:
        """Keep it."""
        return keep_item(registration=self.object, pool=self.pool)

    def question(self, standing: Standing) -> Question:
        """Say what is given up for it."""
        given_up = " und ".join(f"„{title}“" for title in self._others(standing))
        text = f"Dafür geben Sie {given_up} auf." if given_up else ""
        return Question(f"Möchten Sie „{self.pool.title}“ behalten?", text, f"„{self.pool.title}“ behalten")

    def _others(self, standing: Standing) -> list[str]:
        pairs = [pair for pair in torn_items(standing) if self.pool.pk in {entry.pool_id for entry in pair}]
        return [entry.item.headline for pair in pairs for entry in pair if entry.pool_id != self.pool.pk]


class WaitingListLeave(OwnPlace):
    """Leave one waiting list and keep everything else."""

    states = (State.WAITING, State.WISHED)

    def perform(self, _form: EmptyForm) -> Standing:
        """Leave it."""
        return leave_waiting_list(registration=self.object, pool=self.pool)

    def question(self, standing: Standing) -> Question:
        """Say what stays."""
        kept = self.kept(standing)
        stays = f"Sie behalten Ihren Platz {kept}." if kept else "An Ihrer übrigen Anmeldung ändert sich nichts."
        if self.pool.item is None and not kept:
            stays = "Damit sagen Sie Ihre Teilnahme ab."
        text = f"{stays} Möchten Sie später doch wieder warten, stellen Sie sich hinten an."
        title = f"Möchten Sie nicht mehr auf einen Platz {self.place} warten?"
        return Question(title, text, "Warteliste verlassen", is_final=True)
