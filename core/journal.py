"""Writing the journal. Services call it; nothing else writes ChangeEntry."""

from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from core.clock import db_now
from core.models import ChangeEntry


def journal(
    *,
    scope: str,
    obj: models.Model,
    action: str,
    actor: AbstractBaseUser | None,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    source: str = "web",
) -> ChangeEntry:
    """Write one entry in the caller's transaction.

    scope: "event:7", "verbund:12" or "centre", whose log shows it. changes: field → [old, new] in words people read.
    actor: None when a person without an account acted (by link) or the system did; `source` says which.
    """
    return ChangeEntry.objects.create(
        at=db_now(),
        # The user model stands in an upper app; here it is any user.
        actor=cast(Any, actor),
        scope=scope,
        ref=f"{obj._meta.label_lower}:{obj.pk}",
        action=action,
        changes=changes or {},
        reason=reason,
        source=source,
    )


def shred(ref: str) -> int:
    """Blank what the journal says about one erased row; that something happened, and when, stays. Returns how many."""
    return ChangeEntry.objects.filter(ref=ref).update(changes={}, reason="", is_shredded=True)
