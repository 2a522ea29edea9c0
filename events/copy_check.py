"""The check list of a copied event, computed when it is looked at: what was kept, and what somebody should look at."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from core.access import Actor
from core.clock import db_now
from core.dates import MONTHS, WEEKDAYS, format_day, format_moment, local_date
from core.names import person_sort_key
from core.numbers import format_number
from events.dates import changes_clocks, day_hints
from events.facts import place_line, places_words
from events.mail_schedule import planned_mails
from events.models import Event, MailPlan, ProgrammeItem
from events.services.programme import overlaps
from verbuende.models import Contact, Verbund

GONE = (Verbund.Status.ENDED, Verbund.Status.HANDED_OVER)
# A year, a day with its month, a weekday: what in a text may still mean the old date.
_DATE_WORDS = re.compile(
    rf"\b20\d\d\b|\b\d{{1,2}}\.\s?(?:\d{{1,2}}\.|(?:{'|'.join(MONTHS)}))|\b(?:{'|'.join(WEEKDAYS)})\b"
)
SHOWN = 8


@dataclass(frozen=True)
class Check:
    """One line: what it is about, what was kept or not, what to look at, and where to change it."""

    title: str
    kept: str
    url: str
    label: str
    looks: tuple[str, ...] = ()
    is_left_out: bool = False


def copy_checks(event: Event, user: Actor) -> list[Check]:
    """Return the lines in the order in which one plans. user: whose address books are compared with."""
    items = list(event.items.prefetch_related("people", "slots__verbund", "tables"))
    now = db_now()
    return [
        _day(event, now),
        _deadlines(event, now),
        _place(event, items),
        _online(event),
        _programme(event, items),
        _people(event, items, user),
        _verbuende(event, items),
        _plans(event, now),
        _texts(event, items),
        _left_out(event),
    ]


def _day(event: Event, now: dt.datetime) -> Check:
    source = event.copied_from
    looks = day_hints(event.starts_on, event.states, event.ends_at)
    kept = f"{format_day(event.starts_on)}."
    if source is not None:
        kept += f" Die Vorlage war am {format_day(source.starts_on)}."
        if source.starts_on.weekday() != event.starts_on.weekday():
            looks.append("Es ist ein anderer Wochentag als bei der Vorlage.")
    if event.starts_on < local_date(now):
        looks.append("Der Tag liegt in der Vergangenheit.")
    return Check("Termin", kept, _edit(event), "Termin ändern", tuple(looks))


def _deadlines(event: Event, now: dt.datetime) -> Check:
    named = (
        ("Anmeldung ab", event.registration_opens_at),
        ("Anmeldung bis", event.registration_closes_at),
        ("Änderungen bis", event.changes_until),
        ("Antwort erbeten bis", event.answer_by),
    )
    known = [(label, moment) for label, moment in named if moment]
    looks = [
        f"{label}: {_when(moment)} liegt in der Vergangenheit."
        for label, moment in known
        if local_date(moment) < local_date(now) and label != "Anmeldung ab"
    ]
    looks += [f"{label}: An diesem Tag werden die Uhren umgestellt." for label, moment in known if _is_night(moment)]
    kept = "; ".join(f"{label} {_when(moment)}" for label, moment in known) or "Keine gesetzt"
    return Check("Anmeldung und Fristen", f"{kept}.", _edit(event), "Fristen ändern", tuple(looks))


def _place(event: Event, items: Sequence[ProgrammeItem]) -> Check:
    rooms = sorted({item.room for item in items if item.room})
    pools = event.pools.select_related("item").order_by("item__position", "kind")
    places = [f"{pool.item or pool}: {places_words(pool.capacity)}" for pool in pools]
    parts = [place_line(event) if event.is_on_site else "", f"Räume: {', '.join(rooms)}" if rooms else ""]
    kept = ". ".join(part for part in (*parts, f"Plätze: {'; '.join(places)}" if places else "") if part)
    looks = ("Sind Haus und Räume an diesem Tag frei, und stimmen die Plätze?",) if event.is_on_site else ()
    return Check("Ort, Räume und Plätze", f"{kept or 'Noch kein Ort'}.", _edit(event), "Ort und Plätze ändern", looks)


def _online(event: Event) -> Check:
    if not event.is_online:
        return Check("Online-Zugang", "Nur vor Ort, kein Link nötig.", _edit(event), "Format ändern")
    if not event.online_url:
        return Check("Online-Zugang", "Noch kein Link.", _edit(event), "Link eintragen", ("Es fehlt der Link.",))
    source = event.copied_from
    is_reused = source is not None and source.online_url == event.online_url
    looks = ("Es ist der Link der Vorlage. Gilt er auch für diesen Termin?",) if is_reused else ()
    return Check("Online-Zugang", event.online_url, _edit(event), "Link ändern", looks)


def _programme(event: Event, items: Sequence[ProgrammeItem]) -> Check:
    kept = f"{_counted(len(items), 'Programmpunkt', 'Programmpunkte')} mit Uhrzeiten, Räumen, Ständen und Tischen."
    looks = [f"{each.first} und {each.second} gleichzeitig: {each.what}" for each in overlaps(items)]
    looks += [f"{item}: An diesem Tag werden die Uhren umgestellt." for item in items if _is_night(item.starts_at)]
    return Check("Programm", kept, reverse("events:item-list", args=[event.slug]), "Programm ansehen", tuple(looks))


def _people(event: Event, items: Sequence[ProgrammeItem], user: Actor) -> Check:
    named = list(dict.fromkeys(person.name for item in items for person in item.people.all()))
    everybody = [*named, *([event.contact_name] if event.contact_name else [])]
    keys = {person_sort_key(name): name for name in everybody}
    known: dict[str, bool] = {}
    contacts = Contact.objects.visible_to(user).filter(sort_key__in=keys)
    for key, is_active in contacts.values_list("sort_key", "is_active"):
        known[key] = known.get(key, False) or is_active
    looks = tuple(
        f"{keys[key]} wird nach Ihrem Adressbuch nicht mehr angeschrieben."
        for key, is_active in sorted(known.items())
        if not is_active
    )
    kept = f"{_counted(len(named), 'Person', 'Personen')} im Programm. Ansprechperson: {event.contact_name or 'offen'}."
    ask = ("Haben alle für den neuen Termin zugesagt?",) if named else ()
    return Check(
        "Mitwirkende", kept, reverse("events:item-list", args=[event.slug]), "Mitwirkende ansehen", (*looks, *ask)
    )


def _verbuende(event: Event, items: Sequence[ProgrammeItem]) -> Check:
    with_slots = {slot.verbund for item in items for slot in item.slots.all()}
    verbuende = sorted({*event.verbuende.all(), *with_slots}, key=lambda verbund: verbund.short_name)
    looks = tuple(
        f"{verbund.short_name}: {verbund.get_status_display()}" for verbund in verbuende if verbund.status in GONE
    )
    count = _counted(len(verbuende), "Verbund", "Verbünde")
    return Check(
        "Verbünde", f"{count} mit Pitches und Ständen.", reverse("events:item-list", args=[event.slug]),
        "Stände ansehen", looks,
    )  # fmt: skip


def _plans(event: Event, now: dt.datetime) -> Check:
    looks, dates = [], []
    for mail in planned_mails(event):
        if mail.due_at is None:
            missing = "die Frist für Antworten" if mail.plan.anchor == MailPlan.Anchor.ANSWER_BY else "der Beginn"
            looks.append(f"{mail.plan}: ohne Zeitpunkt, weil {missing} fehlt.")
            continue
        dates.append(f"{mail.plan} am {format_moment(mail.due_at)}")
        if mail.due_at < now:
            looks.append(f"{mail.plan}: {format_moment(mail.due_at)} ist schon vorbei.")
        if mail.plan.state != MailPlan.State.PLANNED:
            looks.append(f"{mail.plan}: {mail.plan.get_state_display()}")
    kept = f"{'; '.join(dates)}." if dates else "Keine Mail geplant."
    url = reverse("events:mail-list", args=[event.slug])
    return Check("Mailfahrplan", kept, url, "Mailfahrplan ansehen", tuple(looks))


def _texts(event: Event, items: Sequence[ProgrammeItem]) -> Check:
    found = list(_date_words(event, items))
    looks = tuple(f"{where}: „{words}“" for where, words in found[:SHOWN])
    more = len(found) - SHOWN
    if more > 0:
        looks += (f"und {_counted(more, 'weitere Stelle', 'weitere Stellen')}",)
    kept = "Titel, Beschreibung, Programm und eigene Nachrichten sind Wort für Wort übernommen."
    return Check("Texte", kept, _edit(event), "Texte ändern", looks)


def _date_words(event: Event, items: Sequence[ProgrammeItem]) -> Iterator[tuple[str, str]]:
    """Yield what in a text may still mean the old date; the new year, day and weekday are what is meant now."""
    day = event.starts_on
    meant = {str(day.year), WEEKDAYS[day.weekday()], f"{day.day}.{day.month}.", f"{day.day}. {MONTHS[day.month - 1]}"}
    texts = [("Titel", event.title), ("Worum geht es?", event.summary), ("Beschreibung", event.description)]
    texts += [("Barrierefreiheit", event.accessibility)]
    texts += [(f"Programm, {item.headline}", f"{item.title}\n{item.text}") for item in items]
    texts += [(f"{item.headline}, Tisch {table.number}", table.topic) for item in items for table in item.tables.all()]
    notices = event.mail_plans.filter(kind=MailPlan.Kind.NOTICE).order_by("pk")
    texts += [(f"Nachricht „{plan.subject}“", f"{plan.subject}\n{plan.text}") for plan in notices]
    for where, text in texts:
        for words in dict.fromkeys(match[0] for match in _DATE_WORDS.finditer(text)):
            if words not in meant:
                yield where, words


def _left_out(event: Event) -> Check:
    kept = "Gäste, Einladungen, Antworten, Mails, Änderungen und Rückblick bleiben bei der Vorlage."
    return Check("Gäste und Antworten", kept, reverse("events:invite", args=[event.slug]), "Einladen", is_left_out=True)


def _is_night(moment: dt.date | None) -> bool:
    """Whether a moment lies in the early hours of a day on which the clocks change."""
    if not isinstance(moment, dt.datetime):
        return False
    local = timezone.localtime(moment)
    return local.hour < 4 and changes_clocks(local.date())


def _when(moment: dt.date) -> str:
    return format_moment(moment) if isinstance(moment, dt.datetime) else format_day(moment)


def _counted(count: int, one: str, many: str) -> str:
    return f"{format_number(count)} {one if count == 1 else many}"


def _edit(event: Event) -> str:
    return reverse("events:event-update", args=[event.slug])
