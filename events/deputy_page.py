"""What the pages behind a person's own link say about deputies, to whoever names one and to whoever was asked."""

from dataclasses import dataclass
from typing import Any

from core.dates import format_moment
from core.numbers import format_number
from events.models import DeputyRequest, Registration
from events.representation import coming_instead_of
from events.services.deputies import request_by
from events.services.standing import Standing
from mailing.models import OutboxMessage

Answer = Registration.Answer
State = DeputyRequest.State


@dataclass(frozen=True)
class NamerView:
    """How things stand with the deputy somebody named, in words; `kind` and `title` make the notice."""

    request: DeputyRequest
    title: str
    text: str
    kind: str = ""
    may_take_back: bool = False


def namer_view(person: Registration) -> NamerView | None:
    """Return what the namer's page says about their latest request; None when there is nothing to say."""
    request = request_by(person)
    if request is None or request.state in (State.TAKEN_BACK, State.ACCEPTED):
        return None
    if request.state == State.OPEN and request.deputy:
        return _open(request, request.deputy)
    title, what = {
        State.DECLINED: ("Ihre Vertretung hat abgesagt", "hat abgesagt"),
        State.LAPSED: ("Ihre Vertretung hat nicht geantwortet", "hat bis zum Ende der Frist nicht geantwortet"),
    }.get(State(request.state), ("Ihre Vertretung steht nicht mehr auf der Liste", "wurde von den Gastgebern entfernt"))
    keeps = "Ihre Einladung ist weiter offen." if person.answer == Answer.OPEN else "Was Sie haben, bleibt Ihnen."
    text = f"Die Person, die Sie genannt haben, {what}. Name und Adresse haben wir gelöscht. {keeps}"
    return NamerView(request, title, text, kind="warm") if person.answer != Answer.NO else None


def _open(request: DeputyRequest, deputy: Registration) -> NamerView:
    until = format_moment(request.answer_until)
    failed = OutboxMessage.objects.filter(ref=deputy.ref, state=OutboxMessage.State.FAILED).exists()
    if failed:
        text = f"Die Mail an {deputy.email} kam nicht an. Nehmen Sie die Anfrage zurück und prüfen Sie die Adresse."
        return NamerView(request, f"{deputy.name} ist nicht erreichbar", text, kind="bad", may_take_back=True)
    keeps = "Bis dahin ändert sich für Sie nichts."
    text = f"{deputy.name} ({deputy.email}) kann bis {until} zusagen. {keeps} Danach erhalten Sie eine Mail."
    return NamerView(request, "Vertretung angefragt", text, may_take_back=True)


@dataclass(frozen=True)
class Represented:
    """The page of somebody in whose place somebody else comes, or no longer does."""

    deputy: Registration | None

    @property
    def may_answer(self) -> bool:
        """Whether nobody comes in their place any more, so that they can answer again."""
        return self.deputy is None


def represented_view(person: Registration) -> Represented | None:
    """Return who comes in this person's place; None for somebody who has sent nobody."""
    return Represented(coming_instead_of(person)) if person.answer == Answer.DEPUTY else None


def asked_form_words(request: DeputyRequest) -> dict[str, Any]:
    """Return what the form of somebody who was asked says beside its choices."""
    return {
        "giver": request.inviter.name,
        "no_hint": "Wir löschen dann Ihren Namen und Ihre Adresse",
    }


def handed_over_words(standing: Standing) -> str:
    """Return what the deputy takes over: a place, a rank, or an open invitation."""
    if standing.has_place:
        return f"Sagen Sie zu, geht der Platz {standing.attendance_label} auf Sie über."
    if standing.is_waiting:
        rank = format_number(standing.rank or 0)
        return f"Sagen Sie zu, übernehmen Sie Platz {rank} der Warteliste. Ein Platz ist noch nicht frei."
    return "Sagen Sie zu, erhalten Sie einen Platz, solange welche frei sind."
