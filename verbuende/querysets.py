"""Who may see and edit which rows of this app. Nothing else decides.

SECURITY: membership, its role and that it has not ended stand in one `.filter()`: two filters would be two joins and
let a reader of one alliance edit because of a role in another.
"""

from collections.abc import Iterable
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from core.access import Actor
from core.search import fold, fold_plain
from verbuende.regions import codes_named


def is_centre_staff(user: Actor) -> bool:
    """Tell whether the user works for the coordination centre; AnonymousUser does not."""
    return user.is_authenticated and bool(getattr(user, "is_centre_staff", False))


def _words(text: str) -> list[str]:
    return text.split()[:8]


def _contains(word: str, *columns: str) -> Q:
    found = Q()
    for column in columns:
        for needle in {fold(word), fold_plain(word)}:
            found |= Q(**{f"{column}__contains": needle})
    return found


class OrganisationQuerySet(models.QuerySet):
    """Shared public reference data."""

    def visible_to(self, user: Actor) -> Self:
        """Everybody sees every organisation."""
        return self.all()

    def editable_by(self, user: Actor) -> Self:
        """Only the centre cares for the shared names."""
        return self.all() if is_centre_staff(user) else self.none()


class VerbundQuerySet(models.QuerySet):
    """Alliances, the coordination centre and neighbours: one table, three kinds that are never counted together."""

    def visible_to(self, user: Actor) -> Self:
        """The directory is public."""
        return self.all()

    def editable_by(self, user: Actor) -> Self:
        """The centre edits all; an alliance's LEAD and STAFF edit their own."""
        if is_centre_staff(user):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            members__user=user, members__role__in=self.model.EDITING_ROLES, members__ended_on__isnull=True
        )

    def of_member(self, user: Actor) -> Self:
        """The alliances this person belongs to today, in any role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(members__user=user, members__ended_on__isnull=True)

    def with_team_visible_to(self, user: Actor) -> Self:
        """The alliances whose team this person may see: the centre's staff all, members their own."""
        return self.all() if is_centre_staff(user) else self.of_member(user)

    def alliances(self) -> Self:
        """Only alliances: what every figure and list of "Verbünde" means."""
        return self.filter(kind=self.model.Kind.ALLIANCE)

    def neighbours(self) -> Self:
        """Networks outside the programme that the directory names apart."""
        return self.filter(kind=self.model.Kind.NEIGHBOUR)

    def centre(self) -> Self:
        """The coordination centre's own entry."""
        return self.filter(kind=self.model.Kind.COORDINATION_CENTRE)

    def in_state(self, code: str) -> Self:
        """Rows that work in this Land; nationwide ones only where they name it."""
        return self.filter(states__contains=[code])

    def working_in(self, codes: Iterable[str]) -> Self:
        """Rows that work in one of these Länder, or nationwide."""
        return self.filter(Q(states__overlap=list(codes)) | Q(is_nationwide=True))

    def search(self, text: str) -> Self:
        """Rows in which every word occurs: in names, region, sector, partners, the lead's name or as a Land."""
        rows = self
        for word in _words(text):
            found = _contains(word, "search", "lead__search")
            if codes := codes_named(word):
                found |= Q(states__overlap=codes)
            rows = rows.filter(found)
        return rows


class FactSourceQuerySet(models.QuerySet):
    """Where facts come from is as public as the facts."""

    def visible_to(self, user: Actor) -> Self:
        """Everybody."""
        return self.all()

    def editable_by(self, user: Actor) -> Self:
        """Whoever edits the alliance."""
        return self.filter(verbund__in=_verbuende().editable_by(user))


class VerbundMemberQuerySet(models.QuerySet):
    """Who works for which alliance: for its members and the centre, for nobody else."""

    def visible_to(self, user: Actor) -> Self:
        """The centre sees all, members see the team of their own alliances."""
        return self.filter(verbund__in=_verbuende().with_team_visible_to(user))

    def editable_by(self, user: Actor) -> Self:
        """The centre and the alliance's LEAD."""
        if is_centre_staff(user):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        led = self.model.objects.filter(user=user, role=self.model.Role.LEAD, ended_on__isnull=True)
        return self.filter(verbund__in=led.values("verbund"))

    def active(self) -> Self:
        """Memberships that have not ended."""
        return self.filter(ended_on__isnull=True)

    def by_role(self) -> Self:
        """Leitung first, then Mitarbeit, then who only reads."""
        ranks = [models.When(role=role, then=rank) for rank, role in enumerate(self.model.Role.values)]
        return self.order_by(models.Case(*ranks), "since_on", "pk")


class ContactQuerySet(models.QuerySet):
    """People in an address book: the centre's (owner is null) or one alliance's."""

    def visible_to(self, user: Actor) -> Self:
        """Published ones are public; the rest belongs to the book's owner alone."""
        return self.filter(Q(is_published=True, is_active=True) | _in_books_of(user))

    def editable_by(self, user: Actor) -> Self:
        """The centre edits its own book, LEAD and STAFF that of their alliances."""
        if is_centre_staff(user):
            return self.filter(owner__isnull=True)
        return self.filter(owner__in=_verbuende().editable_by(user))

    def in_books_of(self, user: Actor) -> Self:
        """The rows of the books this person works with, without what others have published."""
        return self.filter(_in_books_of(user))

    def active(self) -> Self:
        """Contacts that are still good to write to."""
        return self.filter(is_active=True)

    def published(self) -> Self:
        """What an alliance shows on its public page."""
        return self.filter(is_published=True, is_active=True)

    def search(self, text: str) -> Self:
        """Rows in which every word occurs: name, function, address, organisation, sector, alliance."""
        rows = self
        for word in _words(text):
            rows = rows.filter(_contains(word, "search", "organisation__search", "verbund__search"))
        return rows


def _in_books_of(user: Actor) -> Q:
    return Q(owner__isnull=True) if is_centre_staff(user) else Q(owner__in=_verbuende().of_member(user))


def _verbuende() -> VerbundQuerySet:
    """Return the alliances; the models import this module, so it cannot import them."""
    return apps.get_model("verbuende", "Verbund").objects.all()
