"""Where signed-in people land."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from portal.desk import greet
from tests.factories.accounts import UserFactory
from tests.portal.conftest import make_event, make_mail, make_member, make_verbund

PATH = "/arbeitsplatz/"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("hour", "user", "words"),
    [
        (8, User(name="Alina Beispiel", salutation="frau"), "Guten Morgen, Frau Beispiel"),
        (11, User(name="Ben Vorlage", salutation="herr"), "Guten Tag, Herr Vorlage"),
        (18, User(name="Kim Muster"), "Guten Abend, Kim Muster"),
        (3, User(email="kim@example.org"), "Guten Abend"),
    ],
)
def test_greets_by_the_time_of_day(hour, user, words):
    assert greet(user, dt.datetime(2026, 11, 23, hour, 0, tzinfo=ZoneInfo("Europe/Berlin"))) == words


def test_visitors_are_sent_to_the_sign_in(client):
    response = client.get(PATH)
    assert response.status_code == 302
    assert response.url.startswith("/konto/anmelden/?next=/arbeitsplatz/")


def test_a_lead_sees_her_own_meetings_and_mails_only(sign_in):
    ours, theirs = make_verbund("Verbund A"), make_verbund("Verbund B")
    mine = make_event("Unser Entwurf", owner=ours, visibility="draft")
    other = make_event("Deren Entwurf", owner=theirs, visibility="draft")
    central = make_event("Treffen des Zentrums", visibility="draft")
    make_mail(mine.scope, recipient="unser.gast@example.org")
    make_mail(other.scope, recipient="deren.gast@example.org")
    make_mail(central.scope, recipient="gast.des.zentrums@example.org")
    make_mail("centre", recipient="zentrum@example.org")
    make_mail(f"verbund:{theirs.pk}", recipient="deren.team@example.org")
    make_mail(f"verbund:{ours.pk}", recipient="unser.team@example.org")
    page = sign_in(make_member(ours, "LEAD")).get(PATH).content.decode()
    assert "Unser Entwurf" in page
    assert "unser.gast@example.org" in page
    assert "unser.team@example.org" in page
    assert "Treffen planen" in page
    for absent in ("Deren Entwurf", "Treffen des Zentrums", "deren.", "gast.des.zentrums", "zentrum@example.org"):
        assert absent not in page


def test_centre_staff_see_the_meetings_of_the_centre(sign_in, centre_staff):
    make_event("Netzwerktreffen", format="hybrid", places={"on_site": 60, "online": 20})
    make_event("Entwurf eines Verbunds", owner=make_verbund("Verbund A"), visibility="draft")
    make_mail("centre", recipient="gast@example.org")
    page = sign_in(centre_staff).get(PATH).content.decode()
    assert "Frau Beispiel" in page
    assert "0 von 60 Plätzen vor Ort · 0 von 20 online" in page
    assert "gast@example.org" in page
    assert "Entwurf eines Verbunds" not in page
    assert "Kontakte des Koordinierungszentrums" in page


def test_a_reader_reads(sign_in):
    verbund = make_verbund("Verbund A")
    make_event("Unser Treffen", owner=verbund)
    page = sign_in(make_member(verbund, "READER")).get(PATH).content.decode()
    assert "Unser Treffen" in page
    assert "Sie lesen mit" in page
    assert "Treffen planen" not in page


def test_public_meetings_of_others_stand_apart(sign_in):
    ours = make_verbund("Verbund A")
    make_event("Unser Treffen", owner=ours)
    make_event("Treffen im Netzwerk")
    make_event("Nur mit Link", visibility="unlisted")
    page = sign_in(make_member(ours, "LEAD")).get(PATH).content.decode()
    own, network = page.split("Im Netzwerk")
    assert "Unser Treffen" in own
    assert "Treffen im Netzwerk" in network
    assert "Unser Treffen" not in network
    assert "Nur mit Link" not in page


def test_an_ended_membership_shows_nothing(sign_in):
    verbund = make_verbund("Verbund A")
    make_event("Unser Entwurf", owner=verbund, visibility="draft")
    user = make_member(verbund, "LEAD")
    user.memberships.update(ended_on=timezone.localdate())
    page = sign_in(user).get(PATH).content.decode()
    assert "Ihr Konto gehört noch zu keinem Verbund" in page
    assert "Unser Entwurf" not in page


def test_an_account_without_an_alliance_is_told_what_to_do(sign_in):
    page = sign_in(UserFactory()).get(PATH).content.decode()
    assert "Ihr Konto gehört noch zu keinem Verbund" in page
    assert "Dem Koordinierungszentrum schreiben" in page


def test_an_empty_desk_offers_the_next_step(sign_in, centre_staff):
    page = sign_in(centre_staff).get(PATH).content.decode()
    assert "Kein Treffen steht an." in page
    assert "Alle Mails der letzten 30 Tage sind zugestellt" in page


def test_mails_in_order_and_old_failures_are_not_on_the_desk(sign_in, centre_staff):
    event = make_event("Treffen")
    old = timezone.now() - dt.timedelta(days=31)
    make_mail(event.scope, recipient="alt@example.org", created_at=old)
    make_mail(event.scope, recipient="gut@example.org", state="sent")
    make_mail(event.scope, recipient="wartet@example.org", state="queued", attempts=0)
    make_mail(event.scope, recipient="nochmal@example.org", state="queued", attempts=2)
    page = sign_in(centre_staff).get(PATH).content.decode()
    assert "nochmal@example.org" in page
    assert "Wird wiederholt" in page
    for absent in ("alt@example.org", "gut@example.org", "wartet@example.org"):
        assert absent not in page


def test_the_number_of_queries_does_not_grow(sign_in, centre_staff, django_assert_max_num_queries):
    client = sign_in(centre_staff)
    make_mail(make_event("Erstes").scope)
    # Session and user come on top of the budget of 14 (DESIGN §5).
    with django_assert_max_num_queries(12):
        client.get(PATH)
    for number in range(12):
        make_mail(make_event(f"Treffen {number}", places={"on_site": 5}).scope)
    with django_assert_max_num_queries(12):
        client.get(PATH)


def test_the_desk_is_never_stored(sign_in, centre_staff):
    assert "no-store" in sign_in(centre_staff).get(PATH).headers["Cache-Control"]
