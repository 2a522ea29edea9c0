"""Finding an account by its address: always one query, whether the account exists or not."""

from accounts.models import User
from core.search import email_key

REF_PREFIX = "accounts.user:"


def find_user(address: str) -> User | None:
    """Return the account of this address, active or not."""
    return User.objects.filter(email_key=email_key(address)).first()


def find_active_user(address: str) -> User | None:
    """Return the account of this address if somebody may sign in with it."""
    user = find_user(address)
    return user if user is not None and user.is_active else None


def ref_of(user: User | None) -> str:
    """Return how mails name the account. No account has the number 0, so a mail about nobody looks like any other."""
    return f"{REF_PREFIX}{user.pk if user is not None else 0}"


def user_of(ref: str) -> User | None:
    """Return the active account a mail is about."""
    return User.objects.filter(pk=ref.removeprefix(REF_PREFIX), is_active=True).first()
