"""What a person's own page says: what they have, what happens next, what they told us, and what they may still do."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import db_now
from core.dates import format_date, format_moment, local_date
from events.change_wishes import wished_tables
from events.facts import sentence_when, where_line
from events.models import Event, ItemTable, MailPlan, Registration
from events.own_place_words import choice_words, rank_reason
from events.place_cards import PlaceCard, place_cards
from events.place_snapshots import item_snapshot
from events.services.mail_times import due_at
from events.services.offers import CONSENTS
from events.services.standing import Standing, standing_of
from privacy.services.consents import consents_of, current_texts

Answer = Registration.Answer
# The consents in one word, where the person has read the full text already.
CONSENT_LABELS = {
    "participants_list": "Teilnehmendenliste",
    "photos": "Fotos",
    "further_invitations": "Weitere Einladungen",
}


@dataclass(frozen=True)
class Closing:
    """Why nothing can be answered any more. may_cancel: saying no is still possible."""

    title: str
    text: str
    may_cancel: bool = False


@dataclass(frozen=True)
class Step:
    """One stop of "So geht es weiter"; is_here marks today's."""

    when: str
    text: str
    is_here: bool = False


@dataclass(frozen=True)
class Detail:
    """One thing the person told us; `anchor` is its field in the form that changes it."""

    label: str
    value: str
    anchor: str


@dataclass(frozen=True)
class Situation:
    """Everything the page shows about a person who has answered."""

    standing: Standing
    tables: Sequence[ItemTable]
    heading: str
    rank_reason: str
    sentence_when: str
    cards: list[PlaceCard]
    steps: list[Step]
    details: list[Detail]
    online_url: str
    has_begun: bool
    may_change: bool
    may_cancel: bool


def closing_of(event: Event, now: dt.datetime | None = None) -> Closing | None:
    """Return why an invitation cannot be answered any more, or None while it can. now: the database's, if known."""
    now = now or db_now()
    if event.is_cancelled:
        reason = f"{event.cancel_reason} " if event.cancel_reason else ""
        return Closing("Das Treffen ist abgesagt", f"{reason}Sie müssen nichts weiter tun.")
    if event.is_over(now):
        return Closing("Das Treffen ist vorbei", "Eine Antwort ist nicht mehr nötig.")
    if event.has_started(now):
        return Closing("Das Treffen hat schon begonnen", "Die Antwort lässt sich nicht mehr ändern.")
    if event.registration_closes_at and event.is_closed(now):
        since = format_moment(event.registration_closes_at)
        text = f"Zusagen und Änderungen waren bis {since} möglich."
        return Closing("Die Anmeldung ist geschlossen", text, may_cancel=True)
    return None


def situation_of(registration: Registration, now: dt.datetime) -> Situation:
    """Return the page's content for a person who has answered."""
    event, standing = registration.event, standing_of(registration)
    closing = closing_of(event, now)
    is_online = standing.attendance == Registration.Attendance.ONLINE
    is_yes = registration.answer == Answer.YES
    has_begun = event.has_started(now)
    tables = wished_tables(registration) if is_yes else []
    return Situation(
        standing=standing,
        tables=tables,
        heading=_heading(registration, standing, has_begun=has_begun),
        rank_reason=rank_reason(standing.rank) if standing.rank else "",
        sentence_when=sentence_when(event),
        cards=[] if has_begun else list(place_cards(standing)),
        steps=list(_steps(registration, standing, now)),
        details=list(_details(registration, standing, tables)),
        online_url=event.online_url if standing.has_place and is_online else "",
        has_begun=has_begun,
        may_change=closing is None,
        may_cancel=is_yes and (closing is None or closing.may_cancel),
    )


def _heading(registration: Registration, standing: Standing, *, has_begun: bool) -> str:
    """Return the large word on the page, and its title."""
    if registration.answer == Answer.NO:
        ended = {
            "expired": "Die Frist ist abgelaufen",
            "declined": "Sie haben den Platz abgelehnt",
            "withdrawn": "Die Gastgeber haben Ihre Anmeldung zurückgenommen",
        }
        return ended.get(standing.ended, "Ihre Absage ist notiert")
    if standing.is_waiting or standing.is_offered:
        if has_begun:
            return "Sie standen auf der Warteliste"
        if standing.is_offered:
            return f"Ein Platz {standing.attendance_label} ist für Sie frei"
        return f"Sie stehen auf Platz {standing.rank} der Warteliste"
    return "Sie waren angemeldet" if has_begun else "Sie sind angemeldet"


def _steps(registration: Registration, standing: Standing, now: dt.datetime) -> Iterator[Step]:
    event = registration.event
    if event.has_started(now):
        return
    answered = registration.answered_at or registration.created_at
    is_today = local_date(answered) == local_date(now)
    sent = f"Die Bestätigung {'ist unterwegs an' if is_today else 'ging an'} {registration.email}."
    if is_today:
        sent += " Nichts angekommen? Sehen Sie im Spam-Ordner nach."
    yield Step("Heute" if is_today else format_date(answered), sent, is_here=True)
    if standing.is_waiting:
        yield Step("Sobald ein Platz frei wird", "Sie rücken der Reihe nach auf und erhalten sofort eine Mail.")
    elif standing.offered_until:
        yield Step(f"Bis {format_moment(standing.offered_until)}", "Sie nehmen den Platz an oder lehnen ihn ab.")
        yield Step("Danach", "Ohne Ihre Antwort geht der Platz an die nächste Person auf der Warteliste.")
    elif standing.has_place:
        for number, due in enumerate(due for due in _reminders(event) if due > now):
            again = "noch eine" if number else "eine"
            yield Step(format_date(due), f"Sie erhalten {again} Erinnerung mit Zeit und Ort.")
        when = format_moment(event.starts_at) if event.starts_at else format_date(event.starts_on)
        yield Step(when, f"Das Treffen beginnt: {where_line(event, standing.attendance)}.")


def _reminders(event: Event) -> list[Any]:
    plans = MailPlan.objects.filter(event=event, kind=MailPlan.Kind.REMINDER, state=MailPlan.State.PLANNED)
    return sorted(due for plan in plans if (due := due_at(plan, event)))


def _details(registration: Registration, standing: Standing, tables: Sequence[ItemTable]) -> Iterator[Detail]:
    if registration.answer == Answer.YES:
        yield Detail("Teilnahme", _attendance_words(standing), "#id_attendance_0")
        for entry in standing.items:
            words = choice_words(item_snapshot(entry))
            parts = (entry.item.headline, words) if words else (entry.item.headline,)
            yield Detail(entry.item.get_kind_display(), (", " if entry.state == "confirmed" else ": ").join(parts), "")
        if tables:
            names = ", ".join(table.topic or str(table) for table in tables)
            yield Detail("Tischwünsche", names, f"#id_tables_{tables[0].item_id}_0")
        if registration.event.is_on_site:
            food = ", ".join(Registration.Food(value).label for value in registration.food)
            yield Detail("Essen", food or "keine Angabe", "#id_food_0")
        yield Detail("Zugang und Unterstützung", registration.access_needs or "keine Angabe", "#id_access_needs")
    if registration.remark:
        yield Detail("Bemerkung", registration.remark, "#id_remark")
    if registration.answer == Answer.YES:
        given = consents_of(registration.ref)
        for key, text in current_texts(CONSENTS).items():
            answer = "eingewilligt" if given.get(key) else "nicht eingewilligt"
            yield Detail(CONSENT_LABELS.get(key, text.title), answer, f"#id_consent_{key}")


def _attendance_words(standing: Standing) -> str:
    if standing.is_waiting:
        return f"{standing.attendance_label}, auf der Warteliste"
    if standing.is_offered:
        return f"{standing.attendance_label}, angeboten"
    return standing.attendance_label + (f"; gewünscht: {standing.wish.attendance_label}" if standing.wish else "")
