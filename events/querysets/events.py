"""Events as visitors and organisers may see them."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, TruncDate

from core.access import Actor
from core.clock import DbNow
from core.dates import BERLIN
from core.search import fold, fold_plain
from events.querysets.annotations import ANSWERS, ITEMS, PLACES, PROGRESS, TAGS
from events.querysets.ownership import EDITING_ROLES, owned
from verbuende.models import Verbund

# Feeds keep what was for a while, so that programs that look rarely still hear how it ended.
FEED_PAST = dt.timedelta(days=90)
# A search for more words than this is no search.
WORDS = 8
# Without a known end an event is over when its day is, on German calendars.
IS_OVER = Q(ends_at__isnull=False, ends_at__lte=DbNow()) | Q(
    ends_at__isnull=True, starts_on__lt=TruncDate(DbNow(), tzinfo=BERLIN)
)


class SeriesQuerySet(models.QuerySet[Any]):
    """Series are public; their owner edits them."""

    def visible_to(self, user: Actor) -> Self:
        """Everybody sees a series."""
        return self.all()

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff, and centre staff for the centre's."""
        return self.filter(owned(user, EDITING_ROLES))


class EventQuerySet(models.QuerySet[Any]):
    """Events as visitors and organisers may see them, and their vocabulary."""

    def visible_to(self, user: Actor) -> Self:
        """Public and unlisted ones, and every one of the user's own side; drafts of others do not exist."""
        return self.filter(~Q(visibility="draft") | owned(user, None))

    def editable_by(self, user: Actor) -> Self:
        """The owner's leads and staff, and centre staff for the centre's."""
        return self.filter(owned(user, EDITING_ROLES))

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
        # Days are counted on the calendar: 90 times 24 hours across a change of the clocks is another date.
        since = TruncDate(DbNow(), tzinfo=BERLIN) - FEED_PAST
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
        return self.annotate(**PLACES)

    def with_verbund_count(self) -> Self:
        """Annotate `verbund_count`: how many alliances take part."""
        taking_part = self.model.verbuende.through.objects.filter(event=OuterRef("pk")).order_by().values("event")
        return self.annotate(verbund_count=Coalesce(Subquery(taking_part.annotate(n=Count("pk")).values("n")), 0))

    def with_figures(self) -> Self:
        """Annotate how many were invited, said yes or no, sent a deputy, and have not answered.

        A deputy who has not answered is no second open answer: that stands with whoever named them.
        """
        return self.annotate(**ANSWERS)


class ManagedEventQuerySet(EventQuerySet):
    """The organisers' side: only their own events exist here, for readers too."""

    def visible_to(self, user: Actor) -> Self:
        """Every member of the owner in any role; centre staff for the centre's."""
        return self.filter(owned(user, None))

    def for_pages(self, user: Actor) -> Self:
        """Join and annotate what every organisers' page shows of its event: host, figures, `can_edit`; one query."""
        can_edit = Case(When(owned(user, EDITING_ROLES), then=True), default=False)
        return self.select_related("owner").annotate(can_edit=can_edit, **PLACES, **ANSWERS, **ITEMS)

    def with_progress(self) -> Self:
        """Annotate what the overview counts: rounds, guests noted and not invited, open wishes, confirmed interest."""
        return self.annotate(**PROGRESS)

    def with_tags(self) -> Self:
        """Annotate `tag_names`, which the filters of the guest list offer."""
        return self.annotate(**TAGS)
