"""Places by hand: order, capacity and mails hold, or it is said why not."""

import pytest

from core.exceptions import DomainError
from events.services.place_acts import Act, Kind, perform
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_no, say_yes
from tests.places.by_hand import act, claim_of, entry_of, full, mails, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(verbund_a):
    return EventFactory(owner=verbund_a, format="hybrid", on_site=2, online=5)


# --- Confirm ------------------------------------------------------------------------------------------------------
def test_beyond_the_capacity_needs_a_tick_and_a_reason(alice, event):
    _, (first, _) = full(event)
    with pytest.raises(DomainError, match="Alle Plätze „vor Ort“ sind vergeben"):
        perform(actor=alice, event=event, act=act("confirm", first, reason="Ministerin"))
    with pytest.raises(DomainError, match="Geben Sie einen Grund an"):
        perform(actor=alice, event=event, act=act("confirm", first, beyond_capacity=True))
    assert state_of(first) == "waiting"
    outcome = perform(actor=alice, event=event, act=act("confirm", first, beyond_capacity=True, reason="Ministerin"))
    assert (state_of(first), outcome.excess, outcome.passed) == ("confirmed", 1, 0)
    entry = entry_of(first)
    assert (entry.actor, entry.action, entry.reason) == (
        alice,
        "Über die Kapazität hinaus zugesagt: vor Ort",
        "Ministerin",
    )
    assert entry.changes == {"place": ["Platz 1 der Warteliste vor Ort", "Platz vor Ort"]}


def test_ahead_of_the_order_needs_a_reason(alice, event):
    _, (first, second) = full(event)
    ahead = act("confirm", second, beyond_capacity=True, reason="Hält das Grußwort")
    outcome = perform(actor=alice, event=event, act=ahead)
    assert (outcome.passed, state_of(first), state_of(second)) == (1, "waiting", "confirmed")


def test_a_place_that_is_offered_can_be_confirmed_without_a_reason(alice, event):
    event.pools.update(mode="offer")
    (one, _), (first, second) = full(event)
    say_no(one)
    assert state_of(first) == "offered"
    outcome = perform(actor=alice, event=event, act=act("confirm", first))
    assert (outcome.passed, outcome.excess, state_of(first), state_of(second)) == (0, 0, "confirmed", "waiting")
    assert entry_of(first).action == "Von Hand zugesagt: vor Ort"


def test_several_in_their_order_pass_nobody(alice, event):
    _, waiting = full(event, waiting=3)
    both = act("confirm", waiting[1], waiting[0], beyond_capacity=True, reason="Größerer Saal")
    outcome = perform(actor=alice, event=event, act=both)
    assert (outcome.passed, outcome.excess) == (0, 2)
    assert [state_of(person) for person in waiting] == ["confirmed", "confirmed", "waiting"]


def test_what_was_overbooked_before_is_not_this_acts_doing(alice, event):
    _, (first, second) = full(event)
    perform(actor=alice, event=event, act=act("confirm", first, beyond_capacity=True, reason="Eins"))
    outcome = perform(actor=alice, event=event, act=act("confirm", second, beyond_capacity=True, reason="Zwei"))
    assert outcome.excess == 1


def test_a_confirmed_swap_gives_the_old_place_on(alice, event):
    (_one, _), (first, _) = full(event)
    online = RegistrationFactory(event=event)
    say_yes(online, "online")
    say_yes(online, "on_site")
    assert (state_of(online), state_of(online, "online")) == ("waiting", "confirmed")
    perform(actor=alice, event=event, act=act("confirm", online, beyond_capacity=True, reason="Moderiert"))
    assert (state_of(online), state_of(online, "online"), state_of(first)) == ("confirmed", "withdrawn", "waiting")
    assert mails(online)[-1]["attendance"] == "vor Ort"


def test_an_item_needs_a_place_at_the_event_first(alice, event):
    workshop = ProgrammeItemFactory(event=event, places=3)
    fill_up(event, 2)
    person = RegistrationFactory(event=event, name="Wanda Wunsch")
    say_yes(person, item_pools=(workshop.pool,))
    with pytest.raises(DomainError, match="Wanda Wunsch hat noch keinen Platz am Treffen"):
        perform(actor=alice, event=event, act=act("confirm", person, of="item"))


# --- Move ---------------------------------------------------------------------------------------------------------
def test_moving_frees_the_place_for_the_next(alice, event):
    (one, _), (first, second) = full(event)
    online = event.pools.get(kind="online")
    outcome = perform(actor=alice, event=event, act=act("move", one, target=online.pk))
    assert (state_of(one), state_of(one, "online")) == ("withdrawn", "confirmed")
    assert (state_of(first), state_of(second)) == ("confirmed", "waiting")
    assert [(each.person.pk, each.after, each.is_acted_upon) for each in outcome.effects] == [
        (one.pk, "Platz online", True),
        (first.pk, "Platz vor Ort", False),
    ]
    assert "umgebucht: Ihr Platz ist jetzt online statt vor Ort." in mails(one)[-1]["note"]
    assert mails(first)[-1]["note"] == ""


def test_moving_to_a_full_place_is_overbooking(alice, event):
    full(event)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    on_site = event.pools.get(kind="on_site")
    with pytest.raises(DomainError, match="Alle Plätze „vor Ort“ sind vergeben"):
        perform(actor=alice, event=event, act=act("move", person, of="online", target=on_site.pk))
    move = act("move", person, of="online", target=on_site.pk, beyond_capacity=True, reason="Rollstuhl")
    outcome = perform(actor=alice, event=event, act=move)
    assert (outcome.excess, outcome.passed, state_of(person)) == (1, 2, "confirmed")


def test_moving_between_workshops_loses_nothing_else(alice, event):
    one, two = (ProgrammeItemFactory(event=event, places=3, starts_at=event.starts_at) for _ in range(2))
    other = ProgrammeItemFactory(event=event, places=3)
    person = RegistrationFactory(event=event)
    say_yes(person, item_pools=(one.pool, other.pool))
    claim = person.claims.get(pool=one.pool)
    perform(actor=alice, event=event, act=Act(Kind.MOVE, (claim.pk,), target=two.pool.pk))
    live = person.claims.filter(state="confirmed", pool__item__isnull=False).values_list("pool__item", flat=True)
    assert set(live) == {two.pk, other.pk}


def test_moving_into_what_runs_at_the_same_time_is_refused(alice, event):
    early, early_too = (ProgrammeItemFactory(event=event, places=3, starts_at=event.starts_at) for _ in range(2))
    late = ProgrammeItemFactory(event=event, places=3, part="Nachmittag")
    person = RegistrationFactory(event=event, name="Petra Parallel")
    say_yes(person, item_pools=(early.pool, late.pool))
    claim = person.claims.get(pool=late.pool)
    with pytest.raises(DomainError, match="Petra Parallel hat gleichzeitig schon"):
        perform(actor=alice, event=event, act=Act(Kind.MOVE, (claim.pk,), target=early_too.pool.pk))


def test_a_pool_of_another_event_or_level_is_no_target(alice, event):
    person = fill_up(event, 1)[0]
    workshop = ProgrammeItemFactory(event=event, places=3)
    foreign = EventFactory(on_site=5).pools.get()
    for target in (foreign, workshop.pool, event.pools.get(kind="on_site")):
        with pytest.raises(DomainError):
            perform(actor=alice, event=event, act=act("move", person, target=target.pk))


# --- Back on the list, withdraw --------------------------------------------------------------------------------------
def test_back_on_the_waiting_list_at_its_end(alice, event):
    (one, _), (first, second) = full(event)
    with pytest.raises(DomainError, match="Geben Sie einen Grund an"):
        perform(actor=alice, event=event, act=act("wait", one))
    perform(actor=alice, event=event, act=act("wait", one, reason="Verwechslung"))
    assert [state_of(person) for person in (one, first, second)] == ["waiting", "confirmed", "waiting"]
    assert claim_of(one).rank > claim_of(second).rank
    assert mails(one)[-1]["situation"] == "waiting"


def test_back_on_an_empty_list_would_change_nothing(alice, event):
    one, _ = fill_up(event, 2)
    with pytest.raises(DomainError, match="wartet sonst niemand"):
        perform(actor=alice, event=event, act=act("wait", one, reason="Verwechslung"))
    assert state_of(one) == "confirmed"


def test_a_withdrawn_place_goes_on_and_the_mail_says_who_did_it(alice, event, client):
    (one, _), (first, _) = full(event)
    perform(
        actor=alice, event=event, act=act("withdraw", one, reason="Doppelt angemeldet", words="Sie stehen zweimal.")
    )
    one.refresh_from_db()
    assert (state_of(one), one.answer, state_of(first)) == ("withdrawn", "no", "confirmed")
    data = mails(one)[-1]
    assert (data["situation"], data["takes_entry_back"]) == ("withdrawn", True)
    assert data["note"] == "die Gastgeber mussten Ihren Platz vor Ort zurücknehmen. Sie stehen zweimal."
    page = client.get(f"/e/{one.token}/").content.decode()
    assert "Die Gastgeber haben Ihre Anmeldung zurückgenommen" in page
    assert "Ihre Absage ist notiert" not in page
    assert "Doppelt angemeldet" not in page


def test_who_keeps_the_other_way_to_take_part_stays(alice, event):
    full(event)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    perform(actor=alice, event=event, act=act("withdraw", person, reason="Saal voll"))
    person.refresh_from_db()
    assert (person.answer, state_of(person), state_of(person, "online")) == ("yes", "withdrawn", "confirmed")


def test_who_cancels_later_is_not_said_to_be_withdrawn(alice, event, client):
    _, (first, _) = full(event)
    perform(actor=alice, event=event, act=act("confirm", first, beyond_capacity=True, reason="Ministerin"))
    say_no(first)
    assert mails(first)[-1]["situation"] == "cancelled"
