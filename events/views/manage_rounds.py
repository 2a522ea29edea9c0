"""Organisers: a round that has not left can be changed or taken back."""

from typing import Any

from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from core.access import Access
from core.clock import db_now
from core.dates import BERLIN
from core.views import Action, Delete, Update
from events.forms.manage_invite import RoundForm
from events.models import InvitationRound, Registration
from events.services import rounds
from events.views.manage_pages import OfManagedEvent
from mailing.services.delivery import in_quiet_hours


class _OfRound(OfManagedEvent):
    """A page about one round of the event."""

    model = InvitationRound
    context_object_name = "sending"
    object: Any
    event: Any

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event, which the service locks, and count the answers."""
        return queryset.select_related("event", "sent_by").with_answers()  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        """Back to all rounds."""
        return reverse("events:invite", args=[self.event.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the round can still be changed."""
        return super().get_context_data(is_scheduled=self.object.sent_at > db_now(), **kwargs)  # type: ignore[misc]


class RoundUpdate(_OfRound, Update):
    """Another time, other words; who is in it is looked at once more when it leaves."""

    access = Access.EDIT
    form_class = RoundForm
    template_name = "events/manage/round_form.html"
    success_message = "Gespeichert."

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is not the row: it starts from what the round has."""
        kwargs = super().get_form_kwargs()
        del kwargs["instance"]
        return {**kwargs, "initial": {"send_at": self.object.sent_at, "worte": self.object.text}}

    def perform(self, form: RoundForm) -> InvitationRound:
        """Save time and words."""
        return rounds.change_round(
            actor=self.request.user,
            sending=self.object,
            send_at=form.cleaned_data["send_at"],
            text=form.cleaned_data["worte"],
        )


class RoundSend(_OfRound, Action):
    """Send a scheduled round at once; the page asks first, says to how many, and that it is night."""

    access = Access.EDIT
    template_name = "events/manage/round_send.html"
    success_message = "Die Einladungen sind auf dem Weg und verlassen das Portal in den nächsten Minuten."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether it is night."""
        is_night = in_quiet_hours(timezone.localtime(db_now(), BERLIN).time())
        return super().get_context_data(is_night=is_night, **kwargs)

    def perform(self, obj: InvitationRound) -> None:
        """Let it leave."""
        rounds.send_round_now(actor=self.request.user, sending=obj)


class RoundPersonSkip(_OfRound, Action):
    """Leave one person out of a scheduled round."""

    access = Access.EDIT
    success_message = "Ausgelassen. Diese Person wird in dieser Runde nicht eingeladen und bleibt auf der Gästeliste."

    def perform(self, obj: InvitationRound) -> None:
        """Take the person out of the round."""
        person = get_object_or_404(Registration, pk=self.kwargs["person"], event=self.event)
        rounds.skip_in_round(actor=self.request.user, sending=obj, registration=person)

    def get_success_url(self) -> str:
        """Back to the people of the round."""
        return self.object.get_mails_url()


class RoundWithdraw(_OfRound, Delete):
    """Take a scheduled round back; the page asks first."""

    access = Access.EDIT
    template_name = "events/manage/round_withdraw.html"
    success_message = "Zurückgezogen. Niemand wurde eingeladen, alle bleiben auf der Gästeliste."

    def perform(self, obj: InvitationRound) -> None:
        """Withdraw its mails."""
        rounds.withdraw_round(actor=self.request.user, sending=obj)
