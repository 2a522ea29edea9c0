"""Seeing what a service would do: it is done, looked at and undone."""

from collections.abc import Callable

from django.db import transaction


def rehearse[T](act: Callable[[], T]) -> T:
    """Return what `act` returns, with nothing of what it wrote.

    `act` must read everything the caller wants to know before it returns, and do nothing a rollback does not undo: rows
    only, which all our services keep to. What it raises is raised.
    """
    with transaction.atomic():
        result = act()
        transaction.set_rollback(True)
        return result
