"""Alliances and the people around them."""

import datetime as dt

import factory

from core.names import person_sort_key
from core.search import email_key, sort_key
from tests.factories.accounts import UserFactory
from verbuende.models import Contact, FactSource, Organisation, Verbund, VerbundMember

LONG_AGO = dt.date(2026, 1, 1)


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A chamber, a company."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n:04}")
    sort_key = factory.LazyAttribute(lambda row: sort_key(row.name))


class VerbundFactory(factory.django.DjangoModelFactory[Verbund]):
    """An alliance of which little is known."""

    class Meta:
        model = Verbund

    short_name = factory.Sequence(lambda n: f"Verbund {n:04}")
    name = factory.LazyAttribute(lambda row: f"Weiterbildungsverbund {row.short_name}")
    slug = factory.Sequence(lambda n: f"verbund-{n}")
    sort_key = factory.LazyAttribute(lambda row: sort_key(row.short_name))


class FactSourceFactory(factory.django.DjangoModelFactory[FactSource]):
    """One source of one field."""

    class Meta:
        model = FactSource

    verbund = factory.SubFactory(VerbundFactory)
    field = "region_text"
    url = factory.Sequence(lambda n: f"https://quelle.example/{n}")
    title = "quelle.example"
    as_of = dt.date(2026, 11, 21)


class VerbundMemberFactory(factory.django.DjangoModelFactory[VerbundMember]):
    """Somebody who works for an alliance."""

    class Meta:
        model = VerbundMember

    verbund = factory.SubFactory(VerbundFactory)
    user = factory.SubFactory(UserFactory)
    role = VerbundMember.Role.STAFF
    since_on = LONG_AGO


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    """A person in the centre's address book."""

    class Meta:
        model = Contact

    name = factory.Sequence(lambda n: f"Kontakt {n:04}")
    email = factory.Sequence(lambda n: f"kontakt-{n}@example.org")
    email_key = factory.LazyAttribute(lambda row: email_key(row.email) if row.email else "")
    sort_key = factory.LazyAttribute(lambda row: person_sort_key(row.name))
