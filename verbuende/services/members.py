"""Who works for an alliance, and in which role."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from core.journal import journal
from core.locks import lock_row
from verbuende.models import Verbund, VerbundMember


@transaction.atomic
def add_member(*, verbund: Verbund, user: User, role: str, since_on: dt.date, actor: User | None) -> VerbundMember:
    """Give the person a role in the alliance; somebody who already belongs to it is refused."""
    # RACE: two additions of one person wait here; the unique constraint is the second wall.
    lock_row(Verbund, verbund.pk)
    if VerbundMember.objects.active().filter(verbund=verbund, user=user).exists():
        raise DomainError(f"{user} gehört schon zum Verbund {verbund}.")
    member = VerbundMember.objects.create(verbund=verbund, user=user, role=role, since_on=since_on)
    journal(
        scope=f"verbund:{verbund.pk}",
        obj=member,
        action="Mitglied aufgenommen",
        actor=actor,
        changes={"Rolle": ["", member.get_role_display()], "Person": ["", str(user)]},
    )
    return member
