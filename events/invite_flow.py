"""The list of a round as it is shown, ticked, previewed and sent: what goes out is what was shown."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.http import QueryDict

from core.search import email_key
from events.emails import InvitationMail
from events.models import Event
from events.services.audience import Audience, Candidate, Selection, collect
from mailing.rendering import Rendered
from mailing.services.preview import render_preview
from mailing.services.suppression import suppression_words

# Each tick is a form field, and forms with too many fields are refused. Longer lists are ticked by leaving out.
MOST_TICKS = 1000


@dataclass(frozen=True)
class Shown:
    """One audience with the digest of everything the page shows of it."""

    audience: Audience
    last_round: int
    digest: str

    @property
    def candidates(self) -> list[Candidate]:
        """Everybody who could get a mail in this round."""
        return [*self.audience.new, *self.audience.invited]

    @property
    def is_long(self) -> bool:
        """Whether those ticked at first are listed for leaving out instead of for ticking."""
        return len(self.candidates) > MOST_TICKS

    def ticked_at_first(self) -> set[str]:
        """Return the keys ticked when the list opens: who has not been invited yet, or was asked for as still open."""
        again = [person for person in self.audience.invited if person.wanted_again]
        return {person.key for person in (*self.audience.new, *again)}

    def ticked(self, posted: QueryDict) -> set[str]:
        """Return the keys the page came back with, without those the list does not know."""
        chosen = set(posted.getlist("person"))
        if self.is_long:
            chosen |= self.ticked_at_first() - set(posted.getlist("ohne"))
        return chosen & {person.key for person in self.candidates}

    def blocked_because(self) -> list[tuple[Candidate, str]]:
        """Return the people whose address is blocked, with the reason."""
        words = suppression_words([each.email for each in self.audience.blocked], topic=InvitationMail.name)
        return [(each, words.get(email_key(each.email), "gesperrt")) for each in self.audience.blocked]


def show(*, actor: AbstractBaseUser, event: Event, selection: Selection) -> Shown:
    """Collect the audience as of now."""
    audience = collect(actor=actor, event=event, selection=selection)
    last_round = event.rounds.order_by("-number").values_list("number", flat=True).first() or 0
    return Shown(audience, last_round, _digest(event, last_round, audience))


def preview(event: Event, person: Candidate, words: str) -> Rendered:
    """Return the invitation as this person would get it, drawn by the code that sends it."""
    data = {"event": event.pk, "text": words, "reason": person.reason, "salutation": person.salutation}
    ref = person.registration.ref if person.registration else "events.registration:0"
    return render_preview(InvitationMail.name, ref, data, person.email, person.name)


def find(candidates: Collection[Candidate], key: str) -> Candidate | None:
    """Return the person with this key, else the first."""
    return next((each for each in candidates if each.key == key), next(iter(candidates), None))


def _digest(event: Event, last_round: int, audience: Audience) -> str:
    lists = [audience.new, audience.invited, audience.answered, audience.blocked]
    people = [[[each.key, each.reason] for each in group] for group in lists]
    shown = json.dumps([event.pk, event.version, last_round, people, audience.without_address])
    return hashlib.sha256(shown.encode()).hexdigest()
