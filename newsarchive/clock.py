"""Instants as the archive writes them."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def stamp(moment: datetime) -> str:
    """Return an aware datetime as RFC 3339 in UTC: `2020-06-11T06:04:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime | None:
    """Return the instant that an RFC 3339 text names, a bare day being its midnight in UTC; None if it names none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
