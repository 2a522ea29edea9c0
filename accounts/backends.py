"""Checking a password."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.lookup import find_user
from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's backend, but the account's own address is the only one that counts.

    SECURITY: one query and one hash for known and unknown addresses alike; and an address somebody merely asked to
    change to (an unproven allauth EmailAddress) finds nobody.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(find_user(email), password)
