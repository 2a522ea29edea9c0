"""Answering by one's own link, and changing it later. One transaction, one mail per change of what the person has."""

from django.db import transaction

from core.exceptions import DomainError
from core.journal import journal
from events.models import PlaceClaim, PlacePool, Registration
from events.services.announcing import announce
from events.services.places import fill, lock_event, set_wishes
from events.services.replies import Answer, Reply, note_reply, record_reply_consents, refuse_when_closed, wished_pools
from events.services.standing import PoolFigures, Standing, pool_figures, standing_of


@transaction.atomic
def answer_invitation(*, registration: Registration, reply: Reply, form_path: str) -> Standing:
    """Take somebody's answer and give the place or a rank at once; the same call changes it later.

    form_path: the form's path without its token, kept as proof beside the consents. Raises DomainError when answering
    is closed or the change would lose a place; Busy when the event is locked for more than three seconds.
    """
    event = lock_event(registration.event)
    registration = _fresh(registration)
    refuse_when_closed(event, reply.answer)
    before = standing_of(registration)
    _note_proof(registration)
    note_reply(registration, reply)
    if reply.answer == Answer.YES:
        pools = wished_pools(event, reply)
        _refuse_losing_a_place(registration, pools, pool_figures(event))
        set_wishes(event=event, registration=registration, pools=pools)
    else:
        set_wishes(event=event, registration=registration, pools=())
    changed = fill(event)
    after = standing_of(registration)
    if _places(after) != _places(before):
        changed.add(registration.pk)
    else:
        changed.discard(registration.pk)
    record_reply_consents(registration, reply, form_path)
    announce(event, changed, lost_place={registration.pk} if before.has_place else set())
    journal(
        scope=event.scope,
        obj=registration,
        action="Antwort",
        actor=None,
        changes={"answer": [before.answer, reply.answer]},
        source="link",
    )
    return after


def _fresh(registration: Registration) -> Registration:
    """Read the row again under the lock; it may be gone."""
    found = Registration.objects.select_related("event__owner").filter(pk=registration.pk).first()
    if found is None:
        raise DomainError("Diese Anmeldung gibt es nicht mehr. Bitte wenden Sie sich an die Gastgeber.")
    return found


def _note_proof(registration: Registration) -> None:
    """Invited although a stranger registered them: their own link came to their address and proves it."""
    if not registration.is_proven:
        registration.unproven_until = None
        registration.save(update_fields=["unproven_until"])


def _refuse_losing_a_place(registration: Registration, pools: list[PlacePool], figures: dict[int, PoolFigures]) -> None:
    """Refuse to swap a confirmed place for a waiting list: what is sure stays sure until the new one is free."""
    confirmed = list(registration.claims.filter(state=PlaceClaim.State.CONFIRMED).select_related("pool__item", "pool"))
    for wish in pools:
        if not figures[wish.pk].is_full or any(claim.pool_id == wish.pk for claim in confirmed):
            continue
        for claim in confirmed:
            same_event_level = claim.pool.item is None and wish.item is None
            same_group = claim.pool.item and wish.item and claim.pool.item.choice_group == wish.item.choice_group
            if same_event_level or same_group:
                wished, held = (wish.item or wish), (claim.pool.item or claim.pool)
                raise DomainError(
                    f"„{wished}“ ist ausgebucht. Ihr Platz „{held}“ bleibt Ihnen; es wurde nichts geändert."
                )


def _places(standing: Standing) -> tuple[object, ...]:
    """Return what counts as "what a person has": a change of it is mailed, a change of needs is only saved."""
    items = frozenset((entry.item.pk, entry.state) for entry in standing.items)
    return standing.answer, standing.attendance, standing.place_state, items
