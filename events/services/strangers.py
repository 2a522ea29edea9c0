"""Mail to addresses nobody has proven yet: whoever types one into a form must not fill somebody's mailbox."""

import datetime as dt

from core.limits import take
from core.search import mailbox_key

MAILS_PER_DAY = 3


def take_mail_to(address: str) -> None:
    """Count one mail to an address a visitor typed; RateLimited after three a day, whichever form was used (F37)."""
    take(f"stranger-mail:{mailbox_key(address)}", MAILS_PER_DAY, dt.timedelta(hours=24))
