"""Log lines: one JSON object each, without capability tokens."""

import json
import logging
import re
from typing import Any

# SECURITY: a link's token is a key to somebody's answer; it must not lie in a log (RELIABILITY C1 14.2.1).
_TOKEN = re.compile(r"(/(?:e|b|a|n|konto/passwort/neu|konto/e-mail/bestaetigen)/)[^/\s?\"']+")


class RedactLinks(logging.Filter):
    """Replace the token in paths of capability links by dots."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the finished message; always let the record pass."""
        message = record.getMessage()
        redacted = _TOKEN.sub(r"\1…", message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True


class JsonLines(logging.Formatter):
    """Time, level, logger and message as JSON; line breaks in a message cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = _TOKEN.sub(r"\1…", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
