"""The address books: the centre's and those of the alliances."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from core.access import Actor
from core.exceptions import DomainError, StaleVersion
from core.journal import journal
from core.locks import lock_row
from core.names import person_sort_key
from core.search import email_key, sort_key
from verbuende.models import Contact, Organisation, Verbund
from verbuende.querysets import is_centre_staff
from verbuende.services.changes import apply_changes

DUPLICATE = "Diese E-Mail-Adresse steht schon in diesem Adressbuch. Suchen Sie den Eintrag und ändern Sie ihn dort."


def books_of(user: Actor) -> list[Verbund | None]:
    """Return the books this person writes: None stands for the centre's, the rest are alliances."""
    return [None] if is_centre_staff(user) else list(Verbund.objects.editable_by(user))


def scope_of(contact: Contact) -> str:
    """Return whose journal the contact's changes belong to."""
    return f"verbund:{contact.owner_id}" if contact.owner_id else "centre"


@transaction.atomic
def create_contact(
    *, owner: Verbund | None, actor: AbstractBaseUser | None, origin: str = "web", **fields: Any
) -> Contact:
    """Put a person into an address book; `owner` None is the centre's."""
    contact = Contact(owner=owner, **fields)
    _link_organisation(contact)
    _refuse_foreign_verbund(contact)
    _derive_keys(contact)
    _save(contact)
    journal(scope=scope_of(contact), obj=contact, action="Kontakt angelegt", actor=actor, source=origin)
    return contact


@transaction.atomic
def update_contact(*, contact: Contact, version: int, actor: AbstractBaseUser, fields: dict[str, Any]) -> Contact:
    """Change a contact; `version` is the one the form was opened with."""
    stored = Contact.objects.select_for_update().filter(pk=contact.pk, version=version).first()
    if stored is None:
        raise StaleVersion
    changes = apply_changes(stored, fields)
    if "organisation_as_typed" in fields:
        stored.organisation = None
        _link_organisation(stored)
    if not changes:
        return stored
    _refuse_foreign_verbund(stored)
    _derive_keys(stored)
    stored.version += 1
    _save(stored)
    journal(scope=scope_of(stored), obj=stored, action="Kontakt geändert", actor=actor, changes=changes)
    return stored


@transaction.atomic
def deactivate_contact(*, contact: Contact, actor: AbstractBaseUser) -> Contact:
    """Write to this person no more and take the entry off public pages; it stays in the book."""
    return _set_active(contact, actor, is_active=False)


@transaction.atomic
def reactivate_contact(*, contact: Contact, actor: AbstractBaseUser) -> Contact:
    """Write to this person again. What was published before is not published again by itself."""
    return _set_active(contact, actor, is_active=True)


def note_export(*, contacts: Iterable[Contact], actor: AbstractBaseUser) -> None:
    """Write into the journal of each book how many of its addresses left the portal."""
    for scope, number in Counter(map(scope_of, contacts)).items():
        journal(scope=scope, obj=actor, action="Kontakte exportiert", actor=actor, changes={"Anzahl": [None, number]})


def _set_active(contact: Contact, actor: AbstractBaseUser, *, is_active: bool) -> Contact:
    stored = lock_row(Contact, contact.pk)
    if stored.is_active == is_active:
        return stored
    stored.is_active, stored.is_published = is_active, False
    stored.version += 1
    stored.save()
    action = "Kontakt wieder angeschrieben" if is_active else "Kontakt stillgelegt"
    journal(scope=scope_of(stored), obj=stored, action=action, actor=actor)
    return stored


def _link_organisation(contact: Contact) -> None:
    """Tie what was typed to the shared organisation of the same name, if there is one."""
    if contact.organisation is None and contact.organisation_as_typed:
        name = sort_key(contact.organisation_as_typed)
        contact.organisation = Organisation.objects.filter(sort_key=name).first()


def _refuse_foreign_verbund(contact: Contact) -> None:
    """SECURITY: nobody puts a person of the own book onto the public page of another alliance."""
    if contact.owner_id and contact.verbund_id not in (None, contact.owner_id):
        raise DomainError("Im Adressbuch Ihres Verbunds können Personen nur für Ihren Verbund sprechen.")


def _derive_keys(contact: Contact) -> None:
    contact.email_key = email_key(contact.email) if contact.email else ""
    contact.sort_key = person_sort_key(contact.name)


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        if "verbuende_contact_email_unique" in str(error):
            raise DomainError(DUPLICATE) from error
        raise
