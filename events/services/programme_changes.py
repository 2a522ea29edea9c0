"""Changes of the programme: whoever chose an item hears when its time, length, room or name changes, or it is gone."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from core.exceptions import DomainError
from events.change_facts import Facts, change_lines, is_essential, item_key
from events.clashes import Pair, newly_clashing, who_has_both
from events.models import Event, EventChange, PlaceClaim, ProgrammeItem, Registration
from events.services.changes import NeedsNotice, Notice, announce_change, is_announced, people_told, record_change
from events.services.waiting_notices import drop_empty_notices

NOBODY_CHOSE = Notice(is_mailed=False, silence_reason="Niemand hat diesen Punkt gewählt; er steht im Programm.")
ONLY_PEOPLE = Notice(is_mailed=False, silence_reason="Geändert hat sich nur, wer mitwirkt; es steht im Programm.")


def people_concerned(item: ProgrammeItem) -> set[int]:
    """Return who chose the item, or wished for one of its tables, and still comes."""
    chose = Q(claims__pool__item=item, claims__state__in=PlaceClaim.LIVE)
    people = Registration.objects.filter(event=item.event_id, answer=Registration.Answer.YES).proven()
    return set(people.filter(chose | Q(table_wishes__item=item)).values_list("pk", flat=True))


def torn_people(event: Event, before: Facts) -> dict[Pair, set[int]]:
    """Return, by pair of items that a change has put at the same time, who has chosen both and still comes.

    before: the facts before it. Two queries, one where nothing clashes. They keep both until they choose.
    """
    pairs = newly_clashing(event.items.filter(is_choosable=True), before)
    if not pairs:
        return {}
    claims = PlaceClaim.objects.filter(pool__item__in={item for pair in pairs for item in pair})
    live = claims.filter(state__in=PlaceClaim.LIVE, registration__answer=Registration.Answer.YES).order_by()
    return who_has_both(pairs, list(live.values_list("registration", "pool__item")))


def tell_item_change(
    *,
    event: Event,
    actor: AbstractBaseUser | None,
    item_pk: int,
    facts: tuple[Facts, Facts],
    concerned: set[int],
    notice: Notice | None,
) -> EventChange | None:
    """Write a change of an item down, tell who chose it, and return it. The event is locked.

    facts: the item's before and after. Nothing is written while nobody knows the programme yet. Raises NeedsNotice when
    people are concerned and nobody has decided what they are told, DomainError when somebody would have to choose
    between two items and not hear of it; the caller's transaction undoes what was saved. Who takes part in the item is
    shown on the page, and mailed only beside something else.
    """
    before, after = ({item_key(item_pk): None} | dict(each) for each in facts)
    if not is_announced(event) or not change_lines(before, after) or not people_told(event).exists():
        return None
    is_relied_on = bool(concerned) and is_essential(before, after)
    if is_relied_on and notice is None:
        raise NeedsNotice
    if is_relied_on and notice and not notice.is_mailed and torn_people(event, before):
        raise DomainError(
            "Der Punkt läuft jetzt zur selben Zeit wie ein anderer, den einige Personen auch gewählt haben. "
            "Die Änderung geht nur mit einer Mitteilung."
        )
    unmailed = ONLY_PEOPLE if concerned else NOBODY_CHOSE
    decided = notice if is_relied_on and notice else unmailed
    change = record_change(
        event=event, actor=actor, kind=EventChange.Kind.PROGRAMME, before=before, after=after, notice=decided
    )
    if decided.is_mailed:
        announce_change(change, Registration.objects.filter(pk__in=concerned))
    else:
        drop_empty_notices(event)
    return change
