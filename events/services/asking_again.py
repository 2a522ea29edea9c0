"""After a change: people say that they still come. Silence costs nobody the place."""

from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from events.models import Registration
from events.services.places import lock_event


@transaction.atomic
def confirm_again(*, registration: Registration) -> Registration:
    """Note that the person still comes. Doing it again changes nothing.

    Raises DomainError when there is nothing to come to any more, Busy when the event is locked too long.
    """
    event = lock_event(registration.event)
    person = Registration.objects.filter(pk=registration.pk).first()
    if person is None:
        raise DomainError("Diese Anmeldung gibt es nicht mehr. Bitte wenden Sie sich an die Gastgeber.")
    if event.is_cancelled or event.has_started(db_now()):
        raise DomainError("Das Treffen ist abgesagt oder hat schon begonnen. Eine Antwort ist nicht mehr nötig.")
    if not person.is_asked_again:
        return person
    person.confirmed_again_at = db_now()
    person.version += 1
    person.save(update_fields=["confirmed_again_at", "version"])
    journal(scope=event.scope, obj=person, action="Kommt weiterhin", actor=None, source="link")
    return person
