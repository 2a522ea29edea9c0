"""Folding of names and addresses: how the portal compares, searches and sorts German text."""

import contextlib
import unicodedata

# Folding lengthens: ß is two letters, an IDNA label several times its length. Keys stay within their columns.
KEY_LENGTH = 150
ADDRESS_LENGTH = 254

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(text: str) -> str:
    """Return the text as the SQL function portal_fold() does: lower case, ä→ae, ß→ss, other accents removed."""
    return _strip_accents(unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS))


def fold_plain(text: str) -> str:
    """Like fold(), but ä→a: for people who type "Munchen"."""
    return _strip_accents(unicodedata.normalize("NFC", text).lower().replace("ß", "ss"))


def sort_key(text: str) -> str:
    """Return the key German lists are sorted by: DIN 5007-1, ä=a and ß=ss, case ignored."""
    return " ".join(fold_plain(text).split())[:KEY_LENGTH]


def name_key(text: str) -> str:
    """Return a person's name normalised for comparison: folded, single spaces."""
    return " ".join(fold(text).split())[:KEY_LENGTH]


def email_key(address: str) -> str:
    """Return the key that ties one person's rows together: trimmed, casefolded, domain in IDNA.

    `+tag` stays: it is a different mailbox to its owner (RELIABILITY F5).
    """
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at:
        return domain
    typed = f"{local}@{domain}"
    # What is no registrable name, or too long for an address, is compared as typed.
    with contextlib.suppress(UnicodeError):
        key = f"{local}@{domain.encode('idna').decode('ascii')}"
        return key if len(key) <= ADDRESS_LENGTH else typed[:ADDRESS_LENGTH]
    return typed[:ADDRESS_LENGTH]


def mailbox_key(address: str) -> str:
    """Return the key without a +tag: for limits on mail to one mailbox, which has as many tags as somebody types."""
    local, at, domain = email_key(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _strip_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
