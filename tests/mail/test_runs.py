"""Sendings to many: counted, stopped and let go on, and stopped by themselves when they are unwanted."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.exceptions import DomainError
from core.models import ChangeEntry
from mailing.models import OutboxMessage, PausedRun
from mailing.replies import Stage
from mailing.services import runs
from mailing.services.delivery import deliver_due
from mailing.services.outbox import queue, withdraw
from mailing.transport import NotAccepted

pytestmark = pytest.mark.django_db
RUN, SCOPE = "round:1", "event:7"
UNWANTED = (550, "5.7.1 Rejected as spam")
LATER = (451, "4.3.0 Later")
UNKNOWN = (550, "5.1.1 Unknown")


class Server:
    """A transport that gives one answer after the other, and lets a test act while a mail is in its hands."""

    keeps_bodies = False

    def __init__(self, *answers: tuple[int, str] | None, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.answers = iter(answers)
        self.meanwhile = meanwhile

    def is_ready(self) -> bool:
        return True

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send(self, sender: str, recipient: str, content: bytes) -> str:
        self.meanwhile()
        answer = next(self.answers, None)
        if answer:
            raise NotAccepted(*answer, Stage.DATA)
        return "250 OK"


def put(count: int, *, run: str = RUN, start: int = 0) -> None:
    for number in range(start, start + count):
        queue(
            purpose="tests.newsletter", to=f"gast-{number}@example.org", ref=f"tests.row:{number}", run=run,
            dedup_key=f"{run}:{number}", scope=SCOPE, topic=f"{SCOPE}:news",
        )  # fmt: skip


def states() -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in OutboxMessage.objects.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


@pytest.fixture
def actor(zoe):
    return zoe


def test_a_paused_run_sends_nothing_while_other_mail_goes(actor):
    put(3)
    put(1, run="")
    assert runs.pause(run=RUN, scope=SCOPE, actor=actor, reason="Angehalten von Zoe.") == 3
    assert deliver_due(transport=Server()) == 1
    assert states() == {"held": 3, "sent": 1}
    assert runs.progress_of([RUN])[RUN].paused.reason == "Angehalten von Zoe."
    assert runs.resume(run=RUN, scope=SCOPE, actor=actor) == 3
    assert deliver_due(transport=Server()) == 3
    assert not PausedRun.objects.exists()
    assert list(ChangeEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "Versand angehalten", "Versand fortgesetzt",
    ]  # fmt: skip


def test_pausing_takes_hold_with_the_next_mail(actor):
    put(5)

    def press() -> None:
        if states().get("sent") == 1:
            runs.pause(run=RUN, scope=SCOPE, actor=actor, reason="Halt")

    deliver_due(transport=Server(meanwhile=press))
    # The second was in the worker's hands when the button was pressed.
    assert states() == {"sent": 2, "held": 3}


def test_a_mail_that_is_tried_again_stays_with_its_paused_run(actor):
    put(2)

    def press() -> None:
        runs.pause(run=RUN, scope=SCOPE, actor=actor, reason="Halt")

    deliver_due(transport=Server(LATER, meanwhile=press))
    assert states() == {"held": 2}


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_what_cannot_be_done_is_said(act, actor):
    if act == "resume":
        with pytest.raises(DomainError, match="nicht angehalten"):
            runs.resume(run=RUN, scope=SCOPE, actor=actor)
        return
    with pytest.raises(DomainError, match="wartet keine mehr"):
        runs.pause(run=RUN, scope=SCOPE, actor=actor, reason="Halt")
    put(1)
    with pytest.raises(DomainError, match="wartet keine mehr"):
        runs.pause(run=RUN, scope="event:8", actor=actor, reason="Halt")


def test_held_mails_can_be_withdrawn(actor):
    put(2)
    runs.pause(run=RUN, scope=SCOPE, actor=actor, reason="Halt")
    assert withdraw(topic=f"{SCOPE}:news", reason="Das Treffen ist abgesagt.") == 2
    assert states() == {"aborted": 2}


@pytest.mark.logs_errors
def test_five_unwanted_in_a_row_stop_the_run():
    put(12)
    deliver_due(transport=Server(*[UNWANTED] * 12))
    assert states() == {"failed": 5, "held": 7}
    paused = PausedRun.objects.get()
    assert paused.is_automatic
    assert paused.reason == "Von selbst angehalten: 5 Mails nacheinander wurden als unerwünscht abgewiesen."


def test_four_in_a_row_and_other_refusals_do_not():
    put(12)
    deliver_due(transport=Server(*[UNWANTED] * 4, None, *[UNKNOWN] * 7))
    assert states() == {"failed": 11, "sent": 1}
    assert not PausedRun.objects.exists()


@pytest.mark.logs_errors
def test_more_than_two_in_a_hundred_stop_the_run():
    put(120)
    OutboxMessage.objects.filter(ref__in=[f"tests.row:{n}" for n in range(98)]).update(state="sent")
    deliver_due(transport=Server(UNWANTED, None, UNWANTED, None, UNWANTED))
    reason = "Von selbst angehalten: 3 von 103 Mails wurden als unerwünscht abgewiesen."
    assert PausedRun.objects.get().reason == reason
    assert states()["held"] == 17


def test_progress_asks_as_often_for_many_as_for_few():
    put(2)
    put(40, run="round:2")
    for names in ([RUN], [RUN, "round:2"]):
        with CaptureQueriesContext(connection) as captured:
            progress = runs.progress_of(names)
        assert len(captured) == 2
    assert (progress["round:2"].total, progress["round:2"].waiting) == (40, 40)
