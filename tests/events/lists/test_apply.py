"""Reviewing a list row by row, taking it over as one, twice, and back (RELIABILITY F59–F61)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.exceptions import DomainError
from core.models import ChangeEntry, ImportRun, StoredFile
from events.models import GuestList, ListedGuest, Registration
from events.services import guest_lists, invitations, list_undo
from events.services.audience import Selection, collect
from events.services.cancelling import cancel_event
from events.services.invitations import GuestDetails, invite, update_guest
from mailing.models import OutboxMessage, Suppression
from mailing.services.suppression import suppress
from privacy.models import ConsentRecord
from tests.factories.events import RegistrationFactory, say_yes

pytestmark = pytest.mark.django_db


def states(guest_list):
    return [(row.guest.number, str(row.state), row.reason) for row in guest_lists.review_list(guest_list).rows]


def people(event):
    return sorted(event.registrations.values_list("name", "email"))


def test_each_row_has_a_state_and_a_reason(bring, event, alice):
    RegistrationFactory(event=event, name="Lisa Liste", email="lisa@example.org")
    invited = RegistrationFactory(event=event, name="Ina Ingeladen", email="ina@example.org")
    say_yes(RegistrationFactory(event=event, name="Zora Zusage", email="zora@example.org"))
    RegistrationFactory(event=event, name="Jürgen Groß", email="juergen@alt.example.org")
    suppress("bernd@example.org", "unsubscribed")
    audience = collect(actor=alice, event=event, selection=Selection(include_noted=True))
    invite(actor=alice, event=event, audience=audience, chosen=[f"{invited.email_key}|{invited.name_key}"], text="")
    guest_list = bring(
        "Neu Ling;neu@example.org;Firma",
        "LISA  LISTE;Lisa@Example.org;",
        "Ina Ingeladen;ina@example.org;",
        "Zora Zusage;zora@example.org;",
        "Bernd Blockiert;bernd@example.org;",
        "Anna Anders;lisa@example.org;",
        "Dr. Juergen Gross;juergen@neu.example.org;",
        "Neu Ling;neu@example.org;Firma",
        "Nele Nachbar;neu@example.org;",
        "Ohne Adresse;;",
    )
    assert states(guest_list) == [
        (2, "new", ""),
        (3, "listed", ""),
        (4, "invited", ""),
        (5, "answered", "Zugesagt"),
        (6, "blocked", "An diese Adresse gehen keine Einladungen."),
        (7, "unclear", "Unter dieser Adresse steht schon Lisa Liste auf der Gästeliste."),
        (8, "unclear", "Jürgen Groß steht schon mit juergen@alt.example.org auf der Gästeliste."),
        (9, "duplicate", "Dieselbe Person wie in Zeile 2."),
        (10, "unclear", "Unter dieser Adresse steht in Zeile 2 Neu Ling."),
        (11, "invalid", "Die E-Mail-Adresse fehlt."),
    ]


def test_taking_over_notes_the_new_people_and_nobody_else(bring, apply, event, alice):
    RegistrationFactory(event=event, name="Lisa Liste", email="lisa@example.org")
    done = apply(bring("Neu Ling;neu@example.org;Firma", "Lisa Liste;lisa@example.org;Andere", "Ohne;;"))
    new = event.registrations.get(name="Neu Ling")
    assert (new.source, new.role, new.answer, new.organisation_as_typed) == (
        "invitation",
        "participant",
        "open",
        "Firma",
    )
    assert event.registrations.get(name="Lisa Liste").organisation_as_typed == "Kammer Musterstadt", "nothing is merged"
    assert [(entry.registration.name, entry.row) for entry in done.entries.order_by("row")] == [
        ("Neu Ling", 2),
        ("Lisa Liste", 3),
    ]
    assert done.run.errors == [{"row": 4, "column": "E-Mail", "reason": "Die E-Mail-Adresse fehlt."}]
    assert (done.run.state, done.run.counts["created"], done.run.counts["left_out"]) == ("applied", 1, 1)
    entry = ChangeEntry.objects.get(action="Gästeliste „Partner“ übernommen")
    assert (entry.actor, entry.scope, entry.changes) == (alice, event.scope, {"people": [0, 1]})
    assert not OutboxMessage.objects.exists()


def test_the_same_file_twice_changes_nothing(bring, apply, event):
    lines = ("Anna Amt;anna@example.org;Amt", "Jürgen Groß;juergen@example.org;", "Juergen Gross;JUERGEN@example.org;")
    apply(bring(*lines))
    before = people(event)
    again = bring(*lines)
    assert guest_lists.review_list(again).new_count == 0
    apply(again)
    assert people(event) == before
    assert len(before) == 2


def test_unclear_rows_stay_out_until_somebody_chooses(bring, apply, event):
    RegistrationFactory(event=event, name="Empfang", email="info@example.org")
    lines = ("Anna Amt;info@example.org;", "Ben Bau;info@example.org;", "Empfang Mitte;info@example.org;")
    done = apply(bring(*lines), row_2="another", row_3="same")
    assert people(event) == [("Anna Amt", "info@example.org"), ("Empfang", "info@example.org")]
    assert [each["row"] for each in done.run.errors] == [4]
    assert sorted(done.entries.values_list("registration__name", "row")) == [("Anna Amt", 2), ("Empfang", 3)]


def test_blocked_addresses_stay_blocked_and_no_consent_comes_of_a_list(bring, apply, event):
    suppress("bernd@example.org", "objected")
    apply(bring("Bernd Blockiert;Bernd@example.org;", "Anna Amt;anna@example.org;"))
    assert people(event) == [("Anna Amt", "anna@example.org")]
    assert Suppression.objects.count() == 1
    assert not ConsentRecord.objects.exists()


def test_a_review_that_changed_meanwhile_takes_over_nothing_and_keeps_the_choices(bring, event, alice):
    RegistrationFactory(event=event, name="Empfang", email="info@example.org")
    guest_list = bring("Anna Amt;info@example.org;", "Ben Bau;ben@example.org;")
    digest = guest_lists.review_list(guest_list).digest
    RegistrationFactory(event=event, name="Ben Bau", email="ben@example.org")
    with pytest.raises(DomainError, match="hat sich geändert"):
        guest_lists.apply_list(actor=alice, guest_list=guest_list, digest=digest, choices={"2": "another"})
    assert event.registrations.count() == 2
    run = ImportRun.objects.get()
    assert (run.state, run.choices) == ("draft", {"2": "another"})


def test_a_list_is_taken_over_once(bring, apply, event, alice):
    guest_list = bring("Anna Amt;anna@example.org;")
    apply(guest_list)
    stale = GuestList.objects.get()
    for act in (
        lambda: guest_lists.apply_list(actor=alice, guest_list=stale, digest="", choices={}),
        lambda: guest_lists.discard_list(guest_list=stale),
        lambda: guest_lists.read_again(guest_list=stale, options={}),
    ):
        with pytest.raises(DomainError, match="schon „Übernommen“"):
            act()


def test_all_or_nothing(bring, event, alice, monkeypatch):
    guest_list = bring("Anna Amt;anna@example.org;", "Ben Bau;ben@example.org;")
    digest = guest_lists.review_list(guest_list).digest
    monkeypatch.setattr(ListedGuest.objects, "bulk_create", lambda _rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        guest_lists.apply_list(actor=alice, guest_list=guest_list, digest=digest, choices={})
    assert not event.registrations.exists()
    assert ImportRun.objects.get().state == "draft"


def test_a_cancelled_event_takes_no_list(bring, event, alice):
    guest_list = bring("Anna Amt;anna@example.org;")
    digest = guest_lists.review_list(guest_list).digest
    cancel_event(actor=alice, event=event, reason="Sturm")
    guest_list.event.refresh_from_db()
    with pytest.raises(DomainError, match="abgesagt"):
        guest_lists.apply_list(actor=alice, guest_list=guest_list, digest=digest, choices={})
    event.refresh_from_db()
    with pytest.raises(DomainError, match="abgesagt"):
        bring("Ben Bau;ben@example.org;")


def test_more_rows_than_one_request_takes_are_refused_with_the_limit(bring, monkeypatch):
    monkeypatch.setattr(guest_lists, "MOST_ROWS", 2)
    with pytest.raises(DomainError, match="Die Liste hat 3 Zeilen, auf einmal gehen 2"):
        bring(*(f"Gast {n};gast{n}@example.org;" for n in range(3)))
    assert not StoredFile.objects.exists()


def test_columns_are_remembered_for_the_owners_next_file_of_the_type(bring, event, alice, zoe):
    bring("Anna Amt;anna@example.org;")
    content = b"Name;E-Mail;Firma\nBen;ben@example.org;\n"
    again = guest_lists.create_list(actor=alice, event=event, content=content, file_name="b.csv")
    assert again.run.mapping == {"name": 0, "email": 1, "organisation": 2}
    other = guest_lists.create_list(
        actor=alice, event=event, content=b"Name;E-Mail;Ort\nBen;ben@example.org;\n", file_name="b.csv"
    )
    assert other.run.mapping == {}


def test_what_one_alliance_taught_the_other_does_not_learn(bring, event, alice, verbund_b):
    bring("Anna Amt;anna@example.org;")
    foreign = RegistrationFactory(event__owner=verbund_b).event
    content = b"Name;E-Mail;Firma\nBen;ben@example.org;\n"
    assert guest_lists.create_list(actor=alice, event=foreign, content=content, file_name="b.csv").run.mapping == {}


def apply_counting(bring, apply, event, size):
    lines = [f"Gast {n:05} von {size};gast{n}@{size}.example.org;Firma {n}" for n in range(size)]
    guest_list = bring(*lines)
    digest = guest_lists.review_list(guest_list).digest
    with CaptureQueriesContext(connection) as captured:
        guest_lists.apply_list(actor=None, guest_list=guest_list, digest=digest, choices={})
    return len(captured)


def test_taking_over_asks_as_often_for_many_as_for_few(bring, apply, event):
    few, many = (apply_counting(bring, apply, event, size) for size in (5, 500))
    assert few == many
    assert event.registrations.count() == 505


# --- Taking back --------------------------------------------------------------------------------------------------
def test_taking_back_removes_exactly_whom_the_list_brought(bring, apply, event, alice):
    RegistrationFactory(event=event, name="Lisa Liste", email="lisa@example.org")
    done = apply(bring("Lisa Liste;lisa@example.org;", "Anna Amt;anna@example.org;", "Ben Bau;ben@example.org;"))
    undone = list_undo.undo_list(actor=alice, guest_list=done)
    assert people(event) == [("Lisa Liste", "lisa@example.org")]
    assert (undone.run.state, undone.run.undo) == ("undone", {"removed": 2, "kept": []})
    assert not undone.entries.exists()
    with pytest.raises(DomainError, match="nichts zurückzunehmen"):
        list_undo.undo_list(actor=alice, guest_list=done)


def test_whoever_is_invited_answered_changed_or_elsewhere_stays_with_the_reason(bring, apply, event, alice):
    names = ("Ina Invited", "Anton Answered", "Carl Changed", "Emil Elsewhere", "Frieda Fort")
    lines = [f"{name};{name.split()[0].lower()}@example.org;" for name in names]
    done = apply(bring(*lines))
    invited, answered, changed, elsewhere, _gone = (event.registrations.get(name=name) for name in names)
    audience = collect(actor=alice, event=event, selection=Selection(guest_lists=(done.pk,)))
    invite(actor=alice, event=event, audience=audience, chosen=[f"{invited.email_key}|{invited.name_key}"], text="")
    say_yes(answered)
    details = GuestDetails(name=changed.name, email=changed.email, role="panel")
    update_guest(actor=alice, registration=changed, version=changed.version, details=details)
    apply(bring(lines[3], name="andere.csv"))
    undone = list_undo.undo_list(actor=alice, guest_list=done)
    assert sorted(event.registrations.values_list("name", flat=True)) == sorted(names[:4])
    assert undone.run.undo["removed"] == 1
    assert sorted(undone.run.undo["kept"]) == sorted([
        [invited.pk, "ist schon eingeladen"],
        [answered.pk, "hat schon geantwortet"],
        [changed.pk, "wurde inzwischen geändert"],
        [elsewhere.pk, "steht auch auf einer anderen Liste"],
    ])  # fmt: skip


# --- Inviting a list ----------------------------------------------------------------------------------------------
def test_the_list_is_a_group_to_invite_and_stands_there_as_the_reason(bring, apply, event, alice):
    RegistrationFactory(event=event, name="Lisa Liste", email="lisa@example.org")
    RegistrationFactory(event=event, name="Nicht Dabei", email="nicht@example.org")
    done = apply(bring("Lisa Liste;lisa@example.org;", "Anna Amt;anna@example.org;"))
    audience = collect(actor=alice, event=event, selection=Selection(guest_lists=(done.pk,)))
    assert [(each.name, each.reason) for each in audience.new] == [
        ("Anna Amt", "Gästeliste „Partner“"),
        ("Lisa Liste", "Gästeliste „Partner“"),
    ]
    list_undo.undo_list(actor=alice, guest_list=done)
    assert collect(actor=alice, event=event, selection=Selection(guest_lists=(done.pk,))).new == []


def test_a_list_of_another_meeting_is_no_group_here(bring, apply, event, alice, verbund_a):
    other = RegistrationFactory(event__owner=verbund_a).event
    done = apply(bring("Anna Amt;anna@example.org;", on=other))
    assert collect(actor=alice, event=event, selection=Selection(guest_lists=(done.pk,))).new == []


def test_dropping_a_guest_of_a_list_leaves_the_list(bring, apply, event, alice):
    done = apply(bring("Anna Amt;anna@example.org;", "Ben Bau;ben@example.org;"))
    invitations.drop_noted_guest(actor=alice, registration=event.registrations.get(name="Anna Amt"))
    assert [entry.registration.name for entry in done.entries.all()] == ["Ben Bau"]
    assert list_undo.undo_list(actor=alice, guest_list=done).run.undo["removed"] == 1
    assert not Registration.objects.exists()
