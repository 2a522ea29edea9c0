"""Settings of the beats and workers that sweep planned mails: the portal's own, in quick succession."""

from config.settings import *  # noqa: F403

MAIL_QUIET_HOURS = None
CELERY_BEAT_SCHEDULE = {
    "sweep-mail-plans": {"task": "events.sweep_mail_plans", "schedule": 0.1, "options": {"expires": 5}},
    "deliver-due-mail": {"task": "mailing.deliver_due", "schedule": 0.5, "options": {"expires": 0.5}},
}
