"""Which columns of a list somebody wants to see; kept per person, so that the next export is one click."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser

from accounts.models import SavedColumns


def saved_columns(user: AbstractBaseUser, name: str) -> list[str] | None:
    """Return the columns the user keeps for this list, None if they never chose."""
    return SavedColumns.objects.filter(user_id=user.pk, name=name).values_list("columns", flat=True).first()


def save_columns(*, actor: AbstractBaseUser, name: str, columns: Sequence[str]) -> None:
    """Keep the user's choice for this list; choosing again replaces it."""
    SavedColumns.objects.update_or_create(user_id=actor.pk, name=name, defaults={"columns": list(columns)})
