"""Who comes in whose place, through deputies of deputies: who named whom is a chain of accepted requests."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.models import DeputyRequest, Registration

Answer = Registration.Answer


@dataclass(frozen=True)
class Left:
    """A deputy who does not come any more, seen by one person up the chain.

    request: the one by which the deputy who left was named; person: who is represented, by them or through others.
    """

    person: Registration
    request: DeputyRequest


def coming_instead_of(person: Registration) -> Registration | None:
    """Return who comes in this person's place, through deputies of deputies; None when nobody does any more."""
    while person.answer == Answer.DEPUTY:
        deputy = deputy_of(person)
        if deputy is None:
            return None
        person = deputy
    return person if person.answer == Answer.YES else None


def deputy_of(person: Registration) -> Registration | None:
    """Return who said yes to coming in this person's place, whether they still do or not."""
    accepted = DeputyRequest.objects.filter(inviter=person, state=DeputyRequest.State.ACCEPTED)
    request = accepted.select_related("deputy").last()
    return request.deputy if request else None


def whom_they_leave(deputies: list[Registration]) -> Iterator[Left]:
    """Return everybody in whose place these people came: who named them, who had named that person, and so on.

    The chain ends where somebody has answered for themselves meanwhile. One query for each step of the longest chain.
    """
    requests: dict[int, DeputyRequest | None] = {deputy.pk: None for deputy in deputies}
    while requests:
        accepted = DeputyRequest.objects.filter(deputy__in=requests, state=DeputyRequest.State.ACCEPTED)
        step = list(accepted.filter(inviter__answer=Answer.DEPUTY).select_related("inviter__event", "deputy"))
        origins = {each.inviter_id: requests[each.deputy_id] or each for each in step if each.deputy_id}
        for each in step:
            yield Left(each.inviter, origins[each.inviter_id])
        requests = dict(origins)
