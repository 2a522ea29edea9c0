"""What hangs below an event: its programme, its people, its rounds, plans and places."""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Count, Exists, F, Func, OuterRef, Q, Subquery, When

from core.access import Actor
from core.clock import DbNow
from core.search import fold, fold_plain
from events.querysets.events import WORDS
from events.querysets.ownership import EDITING_ROLES, owned
from verbuende.models import Organisation

# Shorter words are looked for where words begin.
SHORTEST = 3
BOOLEAN = models.BooleanField()


class ProgrammeItemQuerySet(models.QuerySet[Any]):
    """Items follow their event."""

    def visible_to(self, user: Actor) -> Self:
        """Whoever sees the event sees its programme."""
        return self.filter(~Q(event__visibility="draft") | owned(user, None, "event__owner"))

    def editable_by(self, user: Actor) -> Self:
        """Whoever edits the event."""
        return self.filter(owned(user, EDITING_ROLES, "event__owner"))


class RegistrationQuerySet(models.QuerySet[Any]):
    """People at events: seen by the organising side only. Their own link is a capability, not a queryset."""

    def visible_to(self, user: Actor) -> Self:
        """Every member of the owner in any role; centre staff for the centre's events only."""
        return self.filter(owned(user, None, "event__owner"))

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff; centre staff for the centre's."""
        return self.filter(owned(user, EDITING_ROLES, "event__owner"))

    def proven(self) -> Self:
        """Those whose address is known to be theirs."""
        return self.filter(unproven_until__isnull=True)

    def with_place(self) -> Self:
        """Annotate `place` ("on_site", "online" or None) and `place_state` of the event itself, the surest first."""
        claims = self.model.claims.rel.related_model.objects.filter(
            registration=OuterRef("pk"), pool__item__isnull=True, state__in=("waiting", "offered", "confirmed")
        ).order_by("state", "pk")  # confirmed, offered, waiting
        return self.annotate(
            place=Subquery(claims.values("pool__kind")[:1]),
            place_state=Subquery(claims.values("state")[:1]),
        )

    def asked_again(self) -> Self:
        """Those who said yes and were asked after a change whether that holds; `is_pending` until they say so."""
        said = Q(answered_at__gte=F("asked_again_at")) | Q(confirmed_again_at__gte=F("asked_again_at"))
        asked = self.filter(answer="yes", asked_again_at__isnull=False)
        return asked.annotate(is_pending=Case(When(said, then=False), default=True))

    def with_confirmed_place(self) -> Self:
        """Those who have a confirmed place at the event itself."""
        claims = self.model.claims.rel.related_model.objects.filter(
            registration=OuterRef("pk"), pool__item__isnull=True, state="confirmed"
        )
        return self.filter(Exists(claims), answer="yes")

    def search(self, text: str) -> Self:
        """Those whose name, address or organisation contains the words; one or two letters count where words begin.

        The condition is left to the planner: whom nearly everybody fits, it finds in the order of the list, whom few
        fit, by the index.
        """
        fits = Q()
        for word in text.split()[:WORDS]:
            spellings = {fold(word), fold_plain(word)}
            fits &= reduce(or_, (_contains(each) for each in spellings)) | _organisation_contains(fold(word))
        return self.filter(fits)


def _contains(word: str) -> Q:
    # Trigrams know nothing shorter than three letters, but where a word begins.
    if len(word) < SHORTEST:
        return Q(search__startswith=word) | Q(search__contains=f" {word}")
    return Q(search__contains=word)


def _organisation_contains(word: str) -> Q:
    """Return the condition on the linked organisation: found first, so that the person's own indexes serve the rest."""
    found = ArraySubquery(Organisation.objects.filter(_contains(word)).values("pk"))
    one_of = Func(F("organisation"), found, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BOOLEAN)
    return Q(one_of)


class InvitationRoundQuerySet(models.QuerySet[Any]):
    """Rounds follow their event's inside."""

    def visible_to(self, user: Actor) -> Self:
        """Every member of the owner; centre staff for the centre's."""
        return self.filter(owned(user, None, "event__owner"))

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff; centre staff for the centre's."""
        return self.filter(owned(user, EDITING_ROLES, "event__owner"))

    def with_answers(self) -> Self:
        """Annotate how many were asked, and what they have said since."""
        return self.annotate(
            total_count=Count("invitations"),
            open_count=Count("invitations", filter=Q(invitations__registration__answer="open")),
            yes_count=Count("invitations", filter=Q(invitations__registration__answer="yes")),
            no_count=Count("invitations", filter=Q(invitations__registration__answer="no")),
        )

    def left(self) -> Self:
        """Those whose mails are on their way or there."""
        return self.filter(sent_at__lte=DbNow())

    def scheduled(self) -> Self:
        """Those that leave at a time to come."""
        return self.filter(sent_at__gt=DbNow())


class GuestListQuerySet(InvitationRoundQuerySet):
    """Lists follow their event's inside."""

    def applied(self) -> Self:
        """Those whose people stand on the event's guest list."""
        return self.filter(run__state="applied")


class ChangeRequestQuerySet(InvitationRoundQuerySet):
    """Wishes to change an answer follow their event's inside."""


class MailPlanQuerySet(InvitationRoundQuerySet):
    """Plans follow their event's inside."""


class PlacePoolQuerySet(InvitationRoundQuerySet):
    """Pools follow their event's inside."""
