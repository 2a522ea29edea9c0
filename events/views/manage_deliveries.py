"""Organisers: pausing a sending, mails that came back or go again, lifting a suppression."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.access import Access
from core.numbers import format_number
from core.views import Action, Form
from events.forms.manage_mails import ReasonForm
from events.models import ManagedEvent, Registration
from events.services import deliveries
from events.views.manage_pages import OfManagedEvent
from mailing.models import OutboxMessage
from mailing.services.suppression import delivery_suppression


class _EventAction(Action):
    """One POST on mails of an event; back to the schedule."""

    model = ManagedEvent
    access = Access.EDIT
    slug_url_kwarg = "event"

    def get_success_url(self) -> str:
        """Back to the schedule."""
        return reverse("events:mail-list", args=[self.object.slug])


class SendingPause(_EventAction):
    """Stop a sending to many."""

    def perform(self, obj: ManagedEvent) -> int:
        """Stop it."""
        count = deliveries.pause_sending(actor=self.request.user, event=obj, run=self.kwargs["run"])
        words = "Eine Mail wartet" if count == 1 else f"{format_number(count)} Mails warten"
        self.success_message = f"Angehalten. {words}, bis jemand den Versand fortsetzt."
        return count


class SendingResume(_EventAction):
    """Let a stopped sending go on."""

    success_message = "Fortgesetzt. Die Mails verlassen das Portal in den nächsten Minuten."

    def perform(self, obj: ManagedEvent) -> int:
        """Go on."""
        return deliveries.resume_sending(actor=self.request.user, event=obj, run=self.kwargs["run"])


class _MailAction(_EventAction):
    """One POST on one mail of the event; back to the mail."""

    def message(self) -> OutboxMessage:
        """Return the mail, which must be one of this event."""
        return get_object_or_404(OutboxMessage.objects.for_scope(self.object.scope), pk=self.kwargs["mail"])

    def get_success_url(self) -> str:
        """Back to the mail."""
        return reverse("events:mail-detail", args=[self.object.slug, self.kwargs["mail"]])


class MailReturned(_MailAction):
    """Somebody found the mail's return in their own mailbox."""

    success_message = "Notiert. Die Adresse bekommt keine Rundmails mehr, bis sie berichtigt oder freigegeben ist."

    def perform(self, obj: ManagedEvent) -> None:
        """Note it."""
        deliveries.note_return(actor=self.request.user, message=self.message())


class MailAgain(_MailAction):
    """Send a mail again that did not arrive."""

    success_message = "Die Mail ist wieder auf dem Weg."

    def perform(self, obj: ManagedEvent) -> None:
        """Queue it again."""
        message = self.message()
        person = Registration.objects.filter(event=obj, pk=message.ref_id).first()
        deliveries.send_again(actor=self.request.user, message=message, person=person)


class SuppressionLift(OfManagedEvent, Form):
    """Allow mails to an address again, with a reason for the log."""

    access = Access.EDIT
    form_class = ReasonForm
    template_name = "events/manage/suppression_lift.html"
    success_message = "Freigegeben. Die Adresse bekommt wieder Rundmails."

    @property
    def person(self) -> Registration:
        """Return the person whose address it is."""
        return get_object_or_404(Registration.objects.select_related("event"), pk=self.kwargs["pk"], event=self.event)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say why the address is suppressed."""
        person = self.person
        found = delivery_suppression(person.email)
        if found is None:
            raise Http404
        return super().get_context_data(person=person, suppression=found, **kwargs)

    def perform(self, form: ReasonForm) -> Registration:
        """Lift it."""
        person = self.person
        deliveries.lift_suppression(actor=self.request.user, registration=person, reason=form.cleaned_data["reason"])
        return person
