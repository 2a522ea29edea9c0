"""Several people behind one address: what whoever reads its mail is told about those on the list already.

SECURITY: only the page and the mail behind the address say so; the public form answers everybody alike.
"""

from dataclasses import dataclass

from events.models import DeputyRequest, Registration

ANSWERS = {
    Registration.Answer.OPEN: "eingeladen, Antwort noch offen",
    Registration.Answer.YES: "angemeldet",
    Registration.Answer.NO: "abgesagt",
    Registration.Answer.DEPUTY: "schickt eine Vertretung",
}


@dataclass(frozen=True)
class Neighbour:
    """Somebody on the list under the same address, and how things stand with them."""

    person: Registration
    words: str


def neighbours_of(registration: Registration) -> list[Neighbour]:
    """Return who else is on the event's list under this proven address, by name; one query."""
    people = (
        Registration.objects.filter(event=registration.event_id, email_key=registration.email_key)
        .exclude(pk=registration.pk)
        .proven()
        .select_related("deputy_request")
    )
    return [Neighbour(person, _words(person)) for person in people]


def _words(person: Registration) -> str:
    request = getattr(person, "deputy_request", None)
    if request is not None and request.state == DeputyRequest.State.OPEN:
        return "als Vertretung angefragt"
    return ANSWERS[Registration.Answer(person.answer)]
