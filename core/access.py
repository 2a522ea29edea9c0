"""Who may see and edit which rows: asked of the querysets, said nowhere else."""

from enum import Enum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

type Actor = AbstractBaseUser | AnonymousUser


class Access(Enum):
    """What a view asks of its rows. PUBLIC needs no sign-in; the rows are still those visible to the visitor."""

    PUBLIC = "public"
    VIEW = "view"
    EDIT = "edit"


def rows(model: type[models.Model], access: Access, user: Actor) -> models.QuerySet[Any]:
    """Return the rows of `model` this user may see or, for EDIT, change.

    Every scoped model's queryset has `visible_to(user)` and `editable_by(user)`; both take AnonymousUser.
    """
    manager: Any = model._default_manager
    return manager.editable_by(user) if access is Access.EDIT else manager.visible_to(user)


def can(user: Actor, access: Access, obj: models.Model) -> bool:
    """Tell whether the user may do this to the row, by asking the same queryset as every list."""
    return rows(type(obj), access, user).filter(pk=obj.pk).exists()
