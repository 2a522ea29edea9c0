"""What the rows of a guest list show of people, read by one statement however many they are.

Who they are was decided by a queryset; here their ids are enough. The statement is written by hand: Django would take
longer to write it for each page than PostgreSQL to answer it, and make an object of each of 10,000 people.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import NamedTuple

from django.db import connection

from core.many import id_array
from events.models.registrations import REF_PREFIX, read_out

# In the order of the fields below.
_GUESTS = f"""
SELECT person.id, person.public_id, person.name, person.salutation,
    COALESCE(organisation.name, person.organisation_as_typed), person.email, person.role,
    COALESCE((SELECT short_name FROM verbuende_verbund WHERE id = person.verbund_id), ''),
    person.source, person.answer, person.answered_at, person.food, person.access_needs, person.remark, person.note,
    person.unproven_until, person.created_at,
    (SELECT name FROM events_registration WHERE id = asked.inviter_id), asked.state,
    (
        SELECT deputy.name FROM events_deputyrequest AS request
        LEFT JOIN events_registration AS deputy ON deputy.id = request.deputy_id
        WHERE request.inviter_id = person.id AND request.state IN ('open', 'accepted') ORDER BY request.id DESC LIMIT 1
    ),
    (
        SELECT CASE WHEN state = 'failed' THEN state_reason END FROM mailing_outboxmessage
        WHERE ref = '{REF_PREFIX}' || person.id AND email_key = person.email_key AND state IN ('sent', 'failed')
        ORDER BY COALESCE(closed_at, created_at) DESC, id DESC LIMIT 1
    ),
    ARRAY(
        SELECT tag.name FROM events_registration_tags AS given JOIN events_guesttag AS tag ON tag.id = given.guesttag_id
        WHERE given.registration_id = person.id ORDER BY tag.name_key
    )
FROM unnest(%s::bigint[]) WITH ORDINALITY AS chosen (id, place)
JOIN events_registration AS person ON person.id = chosen.id
LEFT JOIN verbuende_organisation AS organisation ON organisation.id = person.organisation_id
LEFT JOIN events_deputyrequest AS asked ON asked.deputy_id = person.id
ORDER BY chosen.place
"""  # noqa: S608 - nothing of it is typed by anybody


class Guest(NamedTuple):
    """One person of a guest list.

    deputy_for, deputy_state: whose deputy they are and what became of that request. deputy_name: who comes for them.
    undelivered: why the last mail to them failed, None unless it did.
    """

    pk: int
    public_id: str
    name: str
    salutation: str
    organisation_name: str
    email: str
    role: str
    verbund: str
    source: str
    answer: str
    answered_at: dt.datetime | None
    food: Sequence[str]
    access_needs: str
    remark: str
    note: str
    unproven_until: dt.datetime | None
    created_at: dt.datetime
    deputy_for: str | None
    deputy_state: str | None
    deputy_name: str | None
    undelivered: str | None
    tag_names: Sequence[str]

    @property
    def is_proven(self) -> bool:
        """Whether the address is known to be the person's."""
        return self.unproven_until is None

    @property
    def ref(self) -> str:
        """Name of the registration in mails, consents and the journal."""
        return f"{REF_PREFIX}{self.pk}"

    @property
    def reference(self) -> str:
        """The number people read out: ABCD-EFGH."""
        return read_out(self.public_id)


def read_guests(ids: Iterable[int]) -> list[Guest]:
    """Return these people in this order; one query.

    SECURITY: the ids come from a queryset that asked who may see them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GUESTS, [id_array(ids)])
        return list(starmap(Guest, cursor.fetchall()))
