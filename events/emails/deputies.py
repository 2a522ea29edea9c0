"""Mails about deputies: the request, what became of it for the namer, and the end for somebody who was asked."""

from typing import Any

from core.clock import db_now
from core.dates import format_moment
from events.emails.purposes import BeforeEventMail, EventMail
from events.mail_words import shared_words
from events.models import DeputyRequest, Registration
from events.representation import coming_instead_of, deputy_of
from mailing.models import OutboxMessage
from mailing.purposes import NORMAL, Purpose
from mailing.services.outbox import queue


class DeputyRequestMail(EventMail):
    """To somebody who was named as a deputy and has not asked for it: who named them, to what, until when."""

    name = "events.deputy_request"
    # Nobody's own registration, but somebody else's wish: it can be unsubscribed for good.
    is_bulk = True
    list_label = "Anfragen als Vertretung"
    template = "emails/events/deputy_request"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add who asks, in which words, and until when."""
        context = super().context(message)
        request = self._request(context["registration"])
        if request is None:
            raise DeputyRequest.DoesNotExist(message.ref)
        words = {"words": request.words, "until": format_moment(request.answer_until)}
        return context | words | {"inviter": one_line_name(request.inviter), "inviter_has_answered": _said_yes(request)}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Pointless once answered or taken back, once the deadline is over, or when the event is off."""
        registration = self.registration(message)
        if registration is None:
            return "Die Vertretung wird nicht mehr gebraucht."
        request = self._request(registration)
        if request is None:
            return "Die Person hat schon geantwortet."
        if registration.event.is_cancelled:
            return "Das Treffen ist abgesagt."
        return "Die Frist für die Antwort ist vorbei." if request.answer_until <= db_now() else ""

    def why(self, message: OutboxMessage) -> str:
        """Say who gave the address."""
        registration = self.registration(message)
        request = self._request(registration) if registration else None
        who = one_line_name(request.inviter) if request else "Jemand"
        return f"{who} hat Sie als Vertretung bei diesem Treffen genannt und dafür Ihre Adresse angegeben."

    def _request(self, deputy: Registration) -> DeputyRequest | None:
        requests = DeputyRequest.objects.filter(deputy=deputy, state=DeputyRequest.State.OPEN)
        return requests.select_related("inviter").first()


class DeputyOutcomeMail(BeforeEventMail):
    """To the namer when nobody comes in their place: what they have, and what they can do."""

    name = "events.deputy_outcome"
    template = "emails/events/deputy_outcome"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add what the namer has."""
        return super().context(message) | {"answer": message.data["answer"], "outcome": message.data["outcome"]}

    def why(self, message: OutboxMessage) -> str:
        """Say what it answers."""
        return "Sie haben für dieses Treffen eine Vertretung genannt."


class DeputyGoneMail(BeforeEventMail):
    """To everybody in whose place the deputy came who does not come after all: who named them, and who named those."""

    name = "events.deputy_gone"
    template = "emails/events/deputy_gone"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add who it is, and through whom they came where the person had named somebody else."""
        context = super().context(message)
        gone, named = self._deputy(message), deputy_of(context["registration"])
        between = one_line_name(named) if gone and named and gone.pk != named.pk else ""
        return context | {"deputy": one_line_name(gone) if gone else "Ihre Vertretung", "between": between}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing to say once the person answered for themselves, somebody comes for them, or nobody can any more."""
        pointless, registration = super().is_obsolete(message), self.registration(message)
        if pointless or registration is None:
            return pointless
        if registration.answer != Registration.Answer.DEPUTY:
            return "Die Person hat inzwischen selbst geantwortet."
        return "Die Vertretung kommt doch." if coming_instead_of(registration) else ""

    def why(self, message: OutboxMessage) -> str:
        """Say what it answers."""
        return "Sie haben für dieses Treffen eine Vertretung genannt."

    def _deputy(self, message: OutboxMessage) -> Registration | None:
        request = DeputyRequest.objects.select_related("deputy").filter(pk=message.data["request"]).first()
        return request.deputy if request else None


class DeputyEndedMail(EventMail):
    """To somebody who was asked and is not needed any more; their registration is gone already."""

    name = "events.deputy_ended"
    template = "emails/events/deputy_ended"

    def find_registration(self, message: OutboxMessage) -> Registration | None:
        """Return the namer, for the event: whom the mail goes to is no longer stored."""
        pk = message.ref_id
        asked = DeputyRequest.objects.select_related("inviter__event__owner").filter(pk=pk)
        request = asked.first()
        return request.inviter if request else None

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Give the templates the event, and the namer's name."""
        inviter = self.registration(message)
        if inviter is None:
            raise DeputyRequest.DoesNotExist(message.ref)
        return shared_words(inviter.event) | {"inviter": one_line_name(inviter)}

    def salutation(self, message: OutboxMessage) -> str:
        """Address whom the mail goes to, not the namer."""
        return Purpose.salutation(self, message)

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """SECURITY: none; the namer's link is not the deputy's."""
        return {}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing to say once the meeting is off: that was told."""
        inviter = self.registration(message)
        if inviter is None:
            return "Die Person, die eine Vertretung genannt hat, steht nicht mehr auf der Liste."
        return "Das Treffen ist abgesagt." if inviter.event.is_cancelled else ""

    def why(self, message: OutboxMessage) -> str:
        """Say what came before."""
        return "Sie waren als Vertretung bei diesem Treffen angefragt."


def queue_deputy_request(request: DeputyRequest) -> None:
    """Queue the request to the deputy; once, unless organisers corrected the address."""
    deputy = _deputy_of(request)
    _queue(
        DeputyRequestMail,
        to=deputy,
        ref=deputy.ref,
        dedup_key=f"deputy:{request.pk}:{deputy.version}",
        expires_at=request.answer_until,
        priority=NORMAL,
    )


def queue_deputy_outcome(request: DeputyRequest) -> None:
    """Queue the mail that tells the namer that nobody comes in their place; once for each request."""
    inviter = request.inviter
    _queue(
        DeputyOutcomeMail,
        to=inviter,
        ref=inviter.ref,
        dedup_key=f"deputy-outcome:{request.pk}",
        data={"outcome": request.state, "answer": inviter.answer},
    )


def queue_deputy_gone(person: Registration, request: DeputyRequest) -> None:
    """Queue the mail that tells a person that the deputy of this request has cancelled; once each time they do.

    person: who named the deputy, or somebody further up who is represented through others.
    """
    _queue(
        DeputyGoneMail,
        to=person,
        ref=person.ref,
        dedup_key=f"deputy-gone:{request.pk}:{_deputy_of(request).revision}:{person.pk}",
        data={"request": request.pk},
    )


def queue_deputy_ended(request: DeputyRequest) -> None:
    """Queue the mail to a deputy who was asked and is not needed any more; to be called before they are forgotten."""
    _queue(DeputyEndedMail, to=_deputy_of(request), ref=request.ref, dedup_key=f"deputy-ended:{request.pk}")


def _queue(mail: type[EventMail], *, to: Registration, **fields: Any) -> None:
    """Queue one of these mails; its topic tells all mails about deputies of an event apart from the others."""
    scope = to.event.scope
    queue(purpose=mail.name, to=to.email, to_name=to.name, topic=f"{scope}:deputy", scope=scope, **fields)


def _deputy_of(request: DeputyRequest) -> Registration:
    """Return the deputy of a request that is open or accepted: those are known."""
    assert request.deputy  # noqa: S101
    return request.deputy


def one_line_name(person: Registration) -> str:
    """SECURITY: a name on one line, however it came into the list; it stands in subjects."""
    return " ".join(person.name.split())


def _said_yes(request: DeputyRequest) -> bool:
    return request.inviter.answer == Registration.Answer.YES
