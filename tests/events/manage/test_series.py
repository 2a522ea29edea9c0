"""Series: a title, a text, an address that stays."""

import pytest

from events.models import EventSeries
from tests.events.manage.pages import hidden, text_of
from tests.factories.events import EventFactory, EventSeriesFactory

pytestmark = pytest.mark.django_db

LIST = "/arbeitsplatz/veranstaltungen/reihen/"


def test_a_series_from_beginning_to_end(sign_in, alice, verbund_a):
    client = sign_in(alice)
    client.post(f"{LIST}neu/", {"title": "Werkstatt für Ärzte", "text": "Vier Termine", "owner": verbund_a.pk})
    series = EventSeries.objects.get()
    assert (series.slug, series.owner) == ("werkstatt-fuer-aerzte", verbund_a)
    EventFactory(owner=verbund_a, series=series)
    assert "1 Treffen Werkstatt für Ärzte Vier Termine" in text_of(client.get(LIST))
    address = f"{LIST}{series.slug}/"
    data = {"title": "Neuer Titel", "text": "", "version": hidden(client.get(address), "version")}
    assert client.post(address, data).status_code == 302
    assert "Neuer Titel" in text_of(client.get(LIST))
    assert "inzwischen geändert" in text_of(client.post(address, data | {"title": "Zu spät"}))


def test_foreign_series_do_not_exist(sign_in, carla, rita, verbund_a):
    series = EventSeriesFactory(owner=verbund_a)
    for user in (carla, rita):
        client = sign_in(user)
        assert client.get(f"{LIST}{series.slug}/").status_code == 404
        assert series.title not in text_of(client.get(LIST))
    assert sign_in(rita).post(f"{LIST}neu/", {"title": "Trotzdem"}).status_code == 404


def test_two_series_of_one_title_get_two_addresses(sign_in, zoe):
    client = sign_in(zoe)
    for _ in range(2):
        client.post(f"{LIST}neu/", {"title": "Reihe", "text": ""})
    assert sorted(EventSeries.objects.values_list("slug", flat=True)) == ["reihe", "reihe-2"]
