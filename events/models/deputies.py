"""Deputies: who was asked to come in whose place, and what became of it."""

from django.db import models

from events.models.registrations import Registration


class DeputyRequest(models.Model):
    """Somebody with an invitation or a place names a person to come instead of them.

    While it is open the person named has a registration without an answer, and the namer keeps what they have. It
    outlives the data of a deputy who does not come: then nothing here says who that was.
    """

    class State(models.TextChoices):
        OPEN = "open", "angefragt"
        ACCEPTED = "accepted", "zugesagt"
        DECLINED = "declined", "abgesagt"
        LAPSED = "lapsed", "nicht geantwortet"
        TAKEN_BACK = "taken_back", "zurückgenommen"
        REMOVED = "removed", "von den Gastgebern entfernt"

    inviter = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="deputy_requests")
    # None once a deputy who does not come was forgotten.
    deputy = models.OneToOneField(
        Registration, on_delete=models.SET_NULL, null=True, blank=True, related_name="deputy_request"
    )
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    # The namer's own words to the deputy; blank once they have been answered.
    words = models.TextField(blank=True)
    answer_until = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What is left of a forgotten deputy's link, so that it still opens a page that says what became of it.
    link_id = models.CharField(max_length=12, blank=True, db_index=True)
    link_nonce = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("inviter",), name="deputy_request_open_once", condition=models.Q(state="open")
            ),
        ]
        indexes = [
            models.Index(fields=("answer_until",), name="deputy_request_due", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def ref(self) -> str:
        """Name of this row in mails."""
        return f"events.deputyrequest:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the deputy has not answered yet."""
        return self.state == self.State.OPEN
