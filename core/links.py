"""Capability links: derived, not stored (DESIGN, "Links").

A token is `<public id>.<mac>` with mac = HMAC-SHA256(key, purpose|public id|nonce). The row keeps the nonce; a new
nonce revokes every link made before. Old secret keys still verify through SECRET_KEY_FALLBACKS.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare


def new_nonce() -> str:
    """Return a fresh random nonce of 128 bits."""
    return secrets.token_urlsafe(16)


def make_token(purpose: str, public_id: object, nonce: str) -> str:
    """Return the token for this purpose, row and nonce."""
    return f"{public_id}.{_mac(settings.SECRET_KEY, purpose, public_id, nonce)}"


def split_token(token: str) -> tuple[str, str]:
    """Return (public id, mac) of a token as it came in a URL; the mac is empty when there is none."""
    public_id, _, mac = token.partition(".")
    return public_id, mac


def is_valid(token: str, purpose: str, nonce: str) -> bool:
    """Tell whether the token was made for this purpose and nonce, in constant time and for old keys too."""
    public_id, mac = split_token(token)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    matches = [constant_time_compare(mac, _mac(key, purpose, public_id, nonce)) for key in keys]
    return any(matches)


def _mac(key: str, purpose: str, public_id: object, nonce: str) -> str:
    message = f"{purpose}|{public_id}|{nonce}".encode()
    digest = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
