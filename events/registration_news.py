"""What the registration mail says: what the person has now, and what of it is new since they last heard from us."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from events.facts import short_when
from events.models import Registration
from events.own_place_words import rank_reason

type Data = Mapping[str, Any]


@dataclass(frozen=True)
class News:
    """Subject, the line above the heading, the paragraphs, and what the button is called."""

    subject: str
    kicker: str
    paragraphs: list[str]
    button: str


def news_of(registration: Registration, data: Data, heard: Data | None) -> News:
    """Put into words what the mail's snapshot says; heard: the snapshot of the last mail that reached the person."""
    heard = heard or {}
    offers = list(_offers(data))
    subject, kicker = _heading(registration, data, heard, offers)
    paragraphs = [*_lead(registration, data, heard), *_wish(data, heard), *_item_news(data, heard)]
    if data.get("note"):
        paragraphs.insert(0, str(data["note"]))
    # Only the first follows the greeting's comma.
    paragraphs[1:] = [words[0].upper() + words[1:] for words in paragraphs[1:]]
    return News(subject, kicker, paragraphs, _button(data, offers))


# What a situation is called, whatever was before: subject and kicker.
HEADINGS = {
    "event_cancelled": ("Abgesagt: {title}, {when}", "Absage des Treffens"),
    "cancelled": ("Absage notiert: {title}", "Absage notiert"),
    "deputy": ("Ihre Vertretung kommt: {title}, {when}", "Ihre Vertretung kommt"),
    "declined": ("Platz abgelehnt: {title}", "Angebot abgelehnt"),
    "withdrawn": ("Ihre Anmeldung hat sich geändert: {title}", "Von den Gastgebern geändert"),
    "expired": ("Frist abgelaufen: {title}", "Angebot abgelaufen"),
    "waiting": ("Warteliste Platz {rank}: {title}", "Warteliste"),
}


def _heading(registration: Registration, data: Data, heard: Data, offers: list[tuple[str, str]]) -> tuple[str, str]:
    """Return subject and kicker: the most urgent thing first."""
    event = registration.event
    if data["situation"] in ("offered", "confirmed") and offers:
        what, until = offers[0]
        return f"Bitte bestätigen bis {until}: {what}, {event.title}", "Ein Platz ist frei geworden"
    if data["situation"] in HEADINGS:
        subject, kicker = HEADINGS[data["situation"]]
        return subject.format(title=event.title, when=short_when(event), rank=data.get("rank")), kicker
    if heard.get("situation") == "waiting":
        return f"Sie haben einen Platz: {event.title}, {short_when(event)}", "Aufgerückt"
    if heard.get("situation") == "confirmed":
        return f"Ihre Anmeldung hat sich geändert: {event.title}", "Änderung bestätigt"
    return f"Zusage bestätigt: {event.title}, {short_when(event)}", "Zusage bestätigt"


def _offers(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what is offered to the person and until when."""
    wish = data.get("wish")
    if data["situation"] == "offered":
        yield f"Platz {data['attendance']}", data["offered_until"]
    if wish and wish["state"] == "offered":
        yield f"Platz {wish['attendance']}", wish["offered_until"]
    for item in data["items"]:
        if item["state"] == "offered":
            yield f"Platz in „{item['title']}“", item["offered_until"]


def _lead(registration: Registration, data: Data, heard: Data) -> Iterator[str]:
    """Yield what the person has at the event itself."""
    event, attendance = registration.event, data["attendance"]
    again = "Möchten Sie doch kommen, melden Sie sich über den Link wieder an. Sie stellen sich dann hinten an."
    match data["situation"]:
        case "event_cancelled":
            reason = f" {event.cancel_reason}" if event.cancel_reason else ""
            yield (
                f"wir müssen „{event.title}“ absagen.{reason} Bitte streichen Sie den Termin. "
                "Sie müssen nichts weiter tun."
            )
        case "cancelled":
            goes_on = (
                " Ihr Platz geht an die nächste Person auf der Warteliste." if data.get("takes_entry_back") else ""
            )
            yield f"Ihre Absage ist notiert.{goes_on} Sie müssen nichts weiter tun."
        case "deputy":
            gone = (
                " Ihr Platz ist übergegangen. Bitte streichen Sie den Termin: Die Absage für Ihren Kalender liegt bei."
                if data.get("takes_entry_back")
                else ""
            )
            yield f"{data['deputy']} hat zugesagt und kommt für Sie.{gone} Sie müssen nichts weiter tun."
        case "declined":
            yield "Sie haben den angebotenen Platz abgelehnt. Er geht an die nächste Person auf der Warteliste."
            yield again
        case "withdrawn":
            yield (
                "Sie haben damit keinen Platz bei diesem Treffen und stehen auf keiner Warteliste. "
                "Fragen beantworten die Gastgeber, wenn Sie auf diese Mail antworten."
            )
        case "expired":
            yield (
                f"die Frist für den angebotenen Platz ist am {data['offered_until']} abgelaufen. "
                "Er ist weitergegeben, und Sie stehen nicht mehr auf der Warteliste."
            )
            yield again
        case "offered":
            yield (
                f"ein Platz {attendance} ist frei geworden, und Sie sind an der Reihe. Er ist für Sie frei gehalten "
                f"bis {data['offered_until']}. Nehmen Sie ihn bitte bis dahin an, sonst geht er an die nächste Person."
            )
        case "waiting":
            yield from _waiting(data, heard)
        case _:
            yield _confirmed(data, heard)


def _waiting(data: Data, heard: Data) -> Iterator[str]:
    attendance = data["attendance"]
    if heard.get("situation") == "confirmed":
        yield f"Ihr Platz {heard['attendance']} besteht nicht mehr."
    yield f"alle Plätze {attendance} sind vergeben. Sie stehen auf Platz {data['rank']} der Warteliste."
    yield (
        f"{rank_reason(data['rank'] or 1)} Wird ein Platz frei, rücken Sie der Reihe nach auf und erhalten "
        "sofort eine Mail. Einen Platz haben Sie noch nicht."
    )


def _confirmed(data: Data, heard: Data) -> str:
    attendance, before = data["attendance"], heard.get("situation")
    entry = "Der Termin liegt als Kalendereintrag bei."
    if data.get("note") and before != "confirmed":
        # What the organisers gave by hand has not become free by itself.
        return f"Sie nehmen {attendance} teil. {entry}"
    if before == "waiting":
        return f"ein Platz ist frei geworden: Sie sind aufgerückt und nehmen {attendance} teil. {entry}"
    if before == "offered":
        return f"danke, der Platz gehört Ihnen. Sie nehmen {attendance} teil. {entry}"
    if before != "confirmed":
        return f"Sie sind angemeldet und nehmen {attendance} teil. {entry}"
    if heard["attendance"] == attendance:
        return f"Sie sind weiter angemeldet und nehmen {attendance} teil. {entry}"
    return (
        f"Sie nehmen jetzt {attendance} teil statt {heard['attendance']}; Ihr bisheriger Platz ist weitergegeben. "
        "Der geänderte Kalendereintrag liegt bei."
    )


def _wish(data: Data, heard: Data) -> Iterator[str]:
    """Yield how it stands with the way to take part that the person would rather have."""
    wish, before = data.get("wish"), heard.get("wish")
    keeps = f"Ihren Platz {data['attendance']}"
    if wish and wish["state"] == "offered":
        yield (
            f"Ein Platz {wish['attendance']} ist frei geworden und für Sie frei gehalten bis {wish['offered_until']}. "
            f"Nehmen Sie ihn an, geben wir {keeps} weiter; lehnen Sie ab oder läuft die Frist ab, behalten Sie {keeps}."
        )
    elif wish:
        yield (
            f"Für die Teilnahme {wish['attendance']} stehen Sie auf Platz {wish['rank']} der Warteliste. "
            f"{rank_reason(wish['rank'] or 1)} Bis dort ein Platz frei wird, behalten Sie {keeps}."
        )
    elif before and data["situation"] == "confirmed" and before["attendance"] != data["attendance"]:
        yield f"Auf einen Platz {before['attendance']} warten Sie nicht mehr."


def _item_news(data: Data, heard: Data) -> Iterator[str]:
    """Yield what has changed with the chosen items; how each stands now is in the list below."""
    if heard.get("situation") != "confirmed" or data["situation"] != "confirmed":
        return
    before = {item.get("pool"): item for item in heard.get("items", ())}
    now = {item.get("pool"): item for item in data["items"]}
    for pool, item in now.items():
        was = before.get(pool, {}).get("state")
        if item["state"] == "offered" and was != "offered":
            yield (
                f"In „{item['title']}“ ist ein Platz frei geworden und für Sie frei gehalten bis "
                f"{item['offered_until']}. Nehmen Sie ihn bitte bis dahin an."
            )
        elif item["state"] == "confirmed" and was != "confirmed":
            yield f"In „{item['title']}“ haben Sie jetzt einen Platz."
    for pool, item in before.items():
        if pool not in now:
            had = (
                "haben Sie keinen Platz mehr" if item["state"] == "confirmed" else "stehen Sie nicht mehr auf der Liste"
            )
            yield f"In „{item['title']}“ {had}."


def _button(data: Data, offers: list[tuple[str, str]]) -> str:
    """Return the button's label; empty where there is nothing to do."""
    if data["situation"] in ("event_cancelled", "deputy"):
        return ""
    if data["situation"] == "withdrawn":
        return "Stand ansehen"
    if data["situation"] in ("cancelled", "declined", "expired"):
        return "Doch teilnehmen"
    return "Annehmen oder ablehnen" if offers else "Ansehen, ändern oder absagen"
