"""Which rows of the events app who may see and edit. Nothing else decides about rows.

SECURITY: membership and role stand in one .filter(); two filters would be two joins and leak.
"""

import datetime as dt
from functools import cache
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, TruncDate

from core.access import Actor
from core.clock import DbNow
from core.dates import BERLIN
from core.search import fold, fold_plain
from verbuende.models import Verbund, VerbundMember

EDITING_ROLES = (VerbundMember.Role.LEAD, VerbundMember.Role.STAFF)

# Feeds keep what was for a while, so that programs that look rarely still hear how it ended.
FEED_PAST = dt.timedelta(days=90)
# A search for more words than this is no search.
WORDS = 8
# Without a known end an event is over when its day is, on German calendars.
IS_OVER = Q(ends_at__isnull=False, ends_at__lte=DbNow()) | Q(
    ends_at__isnull=True, starts_on__lt=TruncDate(DbNow(), tzinfo=BERLIN)
)


def _owned(user: Actor, roles: tuple[str, ...] | None, path: str = "owner") -> Q:
    """Return the condition "belongs to the user's side": own alliances in these roles, the centre's for its staff."""
    if not user.is_authenticated:
        return Q(pk__in=())
    memberships = VerbundMember.objects.active().filter(user_id=user.pk)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    condition = Q(**{f"{path}__in": memberships.values("verbund")})
    if user.is_centre_staff:  # type: ignore[union-attr]
        condition |= Q(**{f"{path}__isnull": True})
    return condition


def possible_owners(user: Actor) -> models.QuerySet[Verbund]:
    """Return the alliances in whose name the user may plan; centre staff may plan for the centre, too."""
    memberships = VerbundMember.objects.active().filter(user_id=user.pk, role__in=EDITING_ROLES)
    return Verbund.objects.filter(pk__in=memberships.values("verbund"))


class SeriesQuerySet(models.QuerySet[Any]):
    """Series are public; their owner edits them."""

    def visible_to(self, user: Actor) -> Self:
        """Everybody sees a series."""
        return self.all()

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff, and centre staff for the centre's."""
        return self.filter(_owned(user, EDITING_ROLES))


class EventQuerySet(models.QuerySet[Any]):
    """Events as visitors and organisers may see them, and their vocabulary."""

    def visible_to(self, user: Actor) -> Self:
        """Public and unlisted ones, and every one of the user's own side; drafts of others do not exist."""
        return self.filter(~Q(visibility="draft") | _owned(user, None))

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff, and centre staff for the centre's."""
        return self.filter(_owned(user, EDITING_ROLES))

    def listed(self) -> Self:
        """Those that stand in public lists."""
        return self.filter(visibility="public")

    def upcoming(self) -> Self:
        """Not yet over and not cancelled, the next first."""
        return self.filter(~IS_OVER, cancelled_at__isnull=True).order_by("starts_on", "starts_at", "pk")

    def not_over(self) -> Self:
        """Not yet over, called off or not, the next first: the organisers' side hides nothing."""
        return self.filter(~IS_OVER).order_by("starts_on", "starts_at", "pk")

    def past(self) -> Self:
        """Over, the latest first."""
        return self.filter(IS_OVER).order_by("-starts_on", "-starts_at", "-pk")

    def in_feeds(self) -> Self:
        """Public ones to come and of the last months, called off or not: who subscribed must see that, too."""
        since = TruncDate(DbNow() - FEED_PAST, tzinfo=BERLIN)
        return self.listed().filter(starts_on__gte=since).order_by("starts_on", "starts_at", "pk")

    def with_last_change(self) -> Self:
        """Annotate `last_change_at`: when time, place or format last changed after they were announced."""
        changes = self.model.changes.rel.related_model.objects.filter(event=OuterRef("pk")).order_by("-at")
        return self.annotate(last_change_at=Subquery(changes.values("at")[:1]))

    def in_land(self, code: str) -> Self:
        """Those for this Land."""
        return self.filter(states__contains=[code])

    def with_verbund(self, verbund: Verbund) -> Self:
        """Those an alliance invites to or takes part in; the centre's own entry stands for what the centre hosts."""
        takes_part = self.model.verbuende.through.objects.filter(verbund=verbund).values("event")
        is_theirs = Q(owner=verbund) | Q(pk__in=takes_part)
        if verbund.kind == Verbund.Kind.COORDINATION_CENTRE:
            is_theirs |= Q(owner__isnull=True)
        return self.filter(is_theirs)

    def coming_first(self) -> Self:
        """Annotate `is_past` and order: what comes, the next first; then what was, the latest first."""
        coming = Case(When(is_past=False, then="starts_on"))
        return self.annotate(is_past=Case(When(IS_OVER, then=True), default=False)).order_by(
            "is_past", coming, F("starts_on").desc(), "starts_at", "pk"
        )

    def search(self, text: str) -> Self:
        """Those whose title, summary or place contains the words, umlauts folded either way."""
        haystack = models.Func(
            models.functions.Concat(
                "title", models.Value(" "), "summary", models.Value(" "), "venue", models.Value(" "), "city"
            ),
            function="portal_fold",
            output_field=models.TextField(),
        )
        plain = models.Func(
            haystack.source_expressions[0], function="portal_fold_plain", output_field=models.TextField()
        )
        queryset = self.annotate(_folded=haystack, _plain=plain)
        for word in text.split()[:WORDS]:
            queryset = queryset.filter(Q(_folded__contains=fold(word)) | Q(_plain__contains=fold_plain(word)))
        return queryset

    def with_places(self) -> Self:
        """Annotate capacity and taken places on site and online, and the `clock`; one query for the whole list."""
        return self.annotate(**_place_annotations(self.model))

    def with_figures(self) -> Self:
        """Annotate how many were invited, said yes or no, sent a deputy, and have not answered.

        A deputy who has not answered is no second open answer: that stands with whoever named them.
        """
        return self.annotate(**_answer_annotations(self.model))


@cache
def _place_annotations(model: Any) -> dict[str, Any]:
    """Return what with_places() adds; made once, because writing the subqueries costs more than running them."""
    pools = model.pools.rel.related_model.objects.filter(event=OuterRef("pk")).order_by()

    def capacity(kind: str) -> Subquery:
        return Subquery(pools.filter(kind=kind).values("capacity")[:1])

    def claims(kinds: tuple[str, ...], states: tuple[str, ...]) -> Coalesce:
        found = pools.filter(kind__in=kinds, claims__state__in=states).values("event")
        # A column of the index "claim_queue", which then answers alone.
        return Coalesce(Subquery(found.annotate(n=Count("claims__state")).values("n")), 0)

    return {
        "clock": DbNow(),
        "capacity_on_site": capacity("on_site"),
        "capacity_online": capacity("online"),
        "taken_on_site": claims(("on_site",), ("offered", "confirmed")),
        "taken_online": claims(("online",), ("offered", "confirmed")),
        "waiting_count": claims(("on_site", "online"), ("waiting",)),
    }


@cache
def _answer_annotations(model: Any) -> dict[str, Any]:
    """Return what with_figures() adds; made once."""
    people = model.registrations.rel.related_model.objects.filter(event=OuterRef("pk")).order_by().values("event")

    def counted(found: models.QuerySet[Any]) -> Coalesce:
        # The column that the index "registration_answers" holds, which then answers alone.
        return Coalesce(Subquery(found.annotate(n=Count("answer")).values("n")), 0)

    return {
        "people_count": counted(people),
        "open_count": counted(people.filter(answer="open").exclude(deputy_request__state="open")),
        "yes_count": counted(people.filter(answer="yes")),
        "no_count": counted(people.filter(answer="no")),
        "deputy_count": counted(people.filter(answer="deputy")),
    }


@cache
def _progress_annotations(model: Any) -> dict[str, Any]:
    """Return what with_progress() adds; made once."""

    def counted(relation: Any, **conditions: Any) -> Coalesce:
        rows = relation.rel.related_model._base_manager.filter(event=OuterRef("pk"), **conditions).order_by()
        return Coalesce(Subquery(rows.values("event").annotate(n=Count("pk")).values("n")), 0)

    return {
        "round_count": counted(model.rounds),
        "noted_count": counted(model.registrations, invitations__isnull=True, source="invitation", answer="open"),
        "wish_count": counted(model.change_requests, state="open"),
        "interest_count": counted(model.interests, confirmed_at__isnull=False),
    }


class ManagedEventQuerySet(EventQuerySet):
    """The organisers' side: only their own events exist here, for readers too."""

    def visible_to(self, user: Actor) -> Self:
        """Every member of the owner in any role; centre staff for the centre's."""
        return self.filter(_owned(user, None))

    def for_pages(self, user: Actor) -> Self:
        """Join and annotate what every organisers' page shows of its event: host, figures, `can_edit`; one query."""
        own = self.model.objects.editable_by(user).filter(pk=OuterRef("pk"))
        items = self.model.items.rel.related_model.objects.filter(event=OuterRef("pk")).order_by().values("event")
        return (
            self.select_related("owner")
            .with_places()
            .with_figures()
            .annotate(can_edit=Exists(own), item_count=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0))
        )

    def with_progress(self) -> Self:
        """Annotate what the overview counts: rounds, guests noted and not invited, open wishes, confirmed interest."""
        return self.annotate(**_progress_annotations(self.model))

    def with_tags(self) -> Self:
        """Annotate `tag_names`, which the filters of the guest list offer."""
        tags = self.model.guest_tags.rel.related_model.objects.filter(event=OuterRef("pk")).order_by("name_key")
        return self.annotate(tag_names=ArraySubquery(tags.values("name")))


class ProgrammeItemQuerySet(models.QuerySet[Any]):
    """Items follow their event."""

    def visible_to(self, user: Actor) -> Self:
        """Whoever sees the event sees its programme."""
        return self.filter(~Q(event__visibility="draft") | _owned(user, None, "event__owner"))

    def editable_by(self, user: Actor) -> Self:
        """Whoever edits the event."""
        return self.filter(_owned(user, EDITING_ROLES, "event__owner"))


class RegistrationQuerySet(models.QuerySet[Any]):
    """People at events: seen by the organising side only. Their own link is a capability, not a queryset."""

    def visible_to(self, user: Actor) -> Self:
        """Every member of the owner in any role; centre staff for the centre's events only."""
        return self.filter(_owned(user, None, "event__owner"))

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff; centre staff for the centre's."""
        return self.filter(_owned(user, EDITING_ROLES, "event__owner"))

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
        """Those whose name, address or organisation contains the words.

        Two lookups by index put together: one condition over both tables would read every person.
        """
        people = self.model._base_manager.values("pk")
        queryset = self
        for word in text.split()[:WORDS]:
            contains = Q(search__contains=fold(word)) | Q(search__contains=fold_plain(word))
            by_organisation = people.filter(organisation__search__contains=fold(word))
            queryset = queryset.filter(pk__in=people.filter(contains).union(by_organisation))
        return queryset


class InvitationRoundQuerySet(models.QuerySet[Any]):
    """Rounds follow their event's inside."""

    def visible_to(self, user: Actor) -> Self:
        """Every member of the owner; centre staff for the centre's."""
        return self.filter(_owned(user, None, "event__owner"))

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff; centre staff for the centre's."""
        return self.filter(_owned(user, EDITING_ROLES, "event__owner"))

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
