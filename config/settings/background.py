"""Background work: Redis is the broker and nothing else, PostgreSQL holds the truth."""

from config.settings.environment import TIME_ZONE, env

REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "global_keyprefix": env.str("REDIS_PREFIX", "portal:"),
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# RACE: no limit. A call whose acknowledgement fails because Redis stands still at that moment counts against one for
# ever, and the worker would take no other call. What is taken and waits too long does nothing (config.celery.WakeUp).
CELERY_WORKER_PREFETCH_MULTIPLIER = 0
CELERY_TASK_TIME_LIMIT = 900
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "deliver-due-mail": {"task": "mailing.deliver_due", "schedule": 2.0, "options": {"expires": 2.0}},
    "beat-heartbeat": {"task": "core.note_heartbeat", "schedule": 10.0, "options": {"expires": 10.0}},
    "sweep-mail-plans": {"task": "events.sweep_mail_plans", "schedule": 30.0, "options": {"expires": 30.0}},
    "expire-unproven": {"task": "events.expire_unproven", "schedule": 60.0, "options": {"expires": 60.0}},
    "settle-due-offers": {"task": "events.settle_due_offers", "schedule": 30.0, "options": {"expires": 30.0}},
    "sweep-event-news": {"task": "events.sweep_event_news", "schedule": 300.0, "options": {"expires": 300.0}},
    "sweep-interest": {"task": "events.sweep_interest", "schedule": 60.0, "options": {"expires": 60.0}},
    "lapse-deputies": {"task": "events.lapse_deputies", "schedule": 60.0, "options": {"expires": 60.0}},
    "clean-up-hourly": {"task": "core.clean_up", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "clean-up-mail": {"task": "mailing.clean_up", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "forget-needs": {"task": "events.forget_needs", "schedule": 3600.0, "options": {"expires": 3600.0}},
}
