"""Places: pools with a capacity and the claims people have on them (DESIGN, "Places")."""

from django.db import models

from events.models.events import Event
from events.models.programme import ProgrammeItem
from events.models.registrations import Registration
from events.querysets import PlacePoolQuerySet


class PlacePool(models.Model):
    """Places of one kind: at the event on site, at the event online, or in one programme item."""

    class Kind(models.TextChoices):
        ON_SITE = "on_site", "vor Ort"
        ONLINE = "online", "online"
        ITEM = "item", "Programmpunkt"

    class Mode(models.TextChoices):
        AUTOMATIC = "automatic", "Frei werdende Plätze sofort bestätigen"
        OFFER = "offer", "Frei werdende Plätze anbieten"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="pools")
    kind = models.CharField(max_length=8, choices=Kind)
    item = models.OneToOneField(ProgrammeItem, on_delete=models.CASCADE, null=True, blank=True, related_name="pool")
    # None: unlimited.
    capacity = models.PositiveIntegerField("Plätze", null=True, blank=True)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.AUTOMATIC)
    # How long an offer stands at most; near the event it is shorter (events.offer_deadline).
    offer_hours = models.PositiveSmallIntegerField("Frist eines Angebots in Stunden", default=48)

    objects = PlacePoolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("event", "kind"), name="pool_kind_once", condition=models.Q(item__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(kind="item", item__isnull=False) | (~models.Q(kind="item") & models.Q(item=None)),
                name="pool_item_matches_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def choice_group(self) -> tuple[str, ...]:
        """Pools of one group exclude each other: a person has at most one sure place in it; `item` must be joined."""
        return self.item.choice_group if self.item else ()

    @property
    def title(self) -> str:
        """What one has a place in: the programme item, or the event on site or online; `item` must be joined."""
        return self.item.headline if self.item else self.get_kind_display()


class NextRank(models.Func):
    """The next number of the sequence that all claims share."""

    template = "nextval('events_placeclaim_rank')"
    arity = 0
    output_field = models.PositiveBigIntegerField()


class PlaceClaim(models.Model):
    """One person's claim on one pool. Only fill() gives places, and seat_newcomer() as fill() would."""

    class State(models.TextChoices):
        WISHED = "wished", "vorgemerkt"
        WAITING = "waiting", "Warteliste"
        OFFERED = "offered", "angeboten"
        CONFIRMED = "confirmed", "bestätigt"
        DECLINED = "declined", "abgelehnt"
        EXPIRED = "expired", "verfallen"
        WITHDRAWN = "withdrawn", "zurückgezogen"

    LIVE = (State.WISHED, State.WAITING, State.OFFERED, State.CONFIRMED)
    TAKING = (State.OFFERED, State.CONFIRMED)

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="claims")
    pool = models.ForeignKey(PlacePool, on_delete=models.CASCADE, related_name="claims")
    state = models.CharField(max_length=10, choices=State)
    # The database numbers them: under the lock on the event row, whoever asks later has the higher one.
    rank = models.PositiveBigIntegerField(db_default=NextRank())
    offered_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("rank", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("registration", "pool"),
                name="claim_live_once",
                condition=models.Q(state__in=("wished", "waiting", "offered", "confirmed")),
            ),
        ]
        indexes = [models.Index(fields=("pool", "state", "rank"), name="claim_queue")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.rank})"
