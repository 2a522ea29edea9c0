"""Errors that carry a sentence for the person in front of the screen."""


class DomainError(Exception):
    """A rule of the domain says no. The text is German and is shown as it stands."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Busy(DomainError):
    """Somebody else holds the row too long; the same request may succeed in a moment."""

    def __init__(self) -> None:
        super().__init__(
            "Gerade sind sehr viele Anfragen unterwegs. Bitte senden Sie noch einmal, Ihre Angaben sind erhalten."
        )


class Gone(DomainError):
    """The row was removed since the page was drawn."""

    def __init__(self) -> None:
        super().__init__("Diesen Eintrag gibt es nicht mehr: Er wurde inzwischen gelöscht.")


class StaleVersion(DomainError):
    """The row was saved by somebody else since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Diese Angaben wurden inzwischen geändert. Vergleichen Sie beide Fassungen und speichern Sie noch einmal."
        )


class RateLimited(DomainError):
    """Too many requests for one key; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, round(retry_after / 60))
        wait = "einer Minute" if minutes == 1 else f"{minutes} Minuten"
        super().__init__(f"Das waren zu viele Versuche. Bitte versuchen Sie es in {wait} noch einmal.")
        self.retry_after = retry_after
