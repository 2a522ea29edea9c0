"""What organisers keep about guests for themselves: tags and a note."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.exceptions import DomainError, StaleVersion
from core.journal import journal
from core.search import name_key
from events.models import Event, GuestTag, Registration
from events.services.places import lock_event

# More are no help in sorting a list of people.
MOST_TAGS = 20


@transaction.atomic
def annotate_guest(
    *, actor: AbstractBaseUser, registration: Registration, version: int, tags: Collection[str], note: str
) -> Registration:
    """Give somebody exactly these tags and this note. Raises StaleVersion, Busy or DomainError.

    The journal says that the note was changed and not what it says: the note is forgotten after the event, it is not.
    """
    event = lock_event(registration.event)
    person = find_person(event, registration)
    if person.version != version:
        raise StaleVersion
    before = [tag.name for tag in person.tags.all()]
    person.tags.set(_tags_named(event, tags))
    after = [tag.name for tag in person.tags.all()]
    has_new_note = note != person.note
    person.note = note
    person.version += 1
    person.save(update_fields=["note", "version"])
    forget_unused_tags(event)
    changes = {"tags": [", ".join(before), ", ".join(after)]} if before != after else {}
    if changes or has_new_note:
        action = "Interne Notiz geändert" if has_new_note else "Schlagworte geändert"
        journal(scope=event.scope, obj=person, action=action, actor=actor, changes=changes)
    return person


def find_person(event: Event, registration: Registration) -> Registration:
    """Return the row as it is under the lock. Raises DomainError when somebody has removed it."""
    person = event.registrations.filter(pk=registration.pk).first()
    if person is None:
        raise DomainError("Diese Person steht nicht mehr auf der Liste.")
    return person


def tag_named(event: Event, name: str) -> GuestTag:
    """Return the tag of a locked event with this name, new if need be. Raises DomainError when there are too many."""
    key = name_key(name)
    known = event.guest_tags.filter(name_key=key).first()
    if known is not None:
        return known
    if event.guest_tags.count() >= MOST_TAGS:
        raise DomainError(f"Es gibt schon {MOST_TAGS} Schlagworte. Nehmen Sie eines, das es schon gibt.")
    return GuestTag.objects.create(event=event, name=name, name_key=key)


def forget_unused_tags(event: Event) -> None:
    """Remove the tags nobody carries any more."""
    event.guest_tags.filter(people__isnull=True).delete()


def _tags_named(event: Event, names: Iterable[str]) -> list[GuestTag]:
    return [tag_named(event, name) for name in names]
