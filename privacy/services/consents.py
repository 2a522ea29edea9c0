"""Asking for, recording and reading consents."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models.functions import Now

from core.clock import db_now
from core.many import among_texts
from privacy.models import ConsentRecord, ConsentText


def current_texts(keys: Iterable[str]) -> dict[str, ConsentText]:
    """Return the wording valid now for each key, in the order asked for; one query."""
    wanted = list(keys)
    latest = (
        ConsentText.objects.filter(key__in=wanted, valid_from__lte=Now()).order_by("key", "-version").distinct("key")
    )
    by_key = {text.key: text for text in latest}
    return {key: by_key[key] for key in wanted if key in by_key}


@transaction.atomic
def record_consents(
    *,
    ref: str,
    email_key: str,
    name: str,
    scope: str,
    answers: Mapping[str, bool],
    source: str,
    form_path: str,
    message_id: str = "",
    wordings: Mapping[str, ConsentText] | None = None,
) -> list[ConsentRecord]:
    """Write one row for each answer that differs from the latest one, and return the rows written.

    wordings: the texts the answers stood beside, by key; without them, the ones valid now.

    A consent never given and still not given leaves no row: silence is no consent, and there is nothing to prove. The
    caller holds the lock on the row that `ref` names, so two forms cannot interleave. `form_path` carries no token.
    """
    held = consents_of(ref)
    changed = {key: given for key, given in answers.items() if given != held.get(key, False)}
    if not changed:
        return []
    texts = wordings or current_texts(changed)
    at = db_now()
    return ConsentRecord.objects.bulk_create(
        ConsentRecord(
            text=texts[key],
            email_key=email_key,
            name=name,
            ref=ref,
            scope=scope,
            given=given,
            at=at,
            source=source,
            form_path=form_path,
            message_id=message_id,
        )
        for key, given in changed.items()
    )


def forget_consents(refs: Iterable[str]) -> int:
    """Delete what these rows consented to, because they are deleted themselves; return how many records."""
    deleted, _ = ConsentRecord.objects.filter(ref__in=list(refs)).delete()
    return deleted


def consents_of(ref: str) -> dict[str, bool]:
    """Return what holds for this row: key → given. Keys never answered are missing."""
    return consents_for([ref])[ref]


def consents_for(refs: Iterable[str]) -> dict[str, dict[str, bool]]:
    """Return consents_of() for many rows with one query, for lists and exports."""
    consents: dict[str, dict[str, bool]] = {ref: {} for ref in refs}
    latest = (
        ConsentRecord.objects.filter(ref__in=among_texts(consents))
        .order_by("ref", "text__key", "-at", "-pk")
        .distinct("ref", "text__key")
        .values_list("ref", "text__key", "given")
    )
    for ref, key, given in latest:
        consents[ref][key] = given
    return consents
