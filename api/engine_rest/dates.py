"""Moments as this door writes and reads them: `2026-10-01T09:00:00.000+0500`."""

from datetime import UTC, datetime

from api.engine_rest.errors import MomentMalformed


def written(moment: datetime | None) -> str | None:
    """A moment in UTC with milliseconds and an offset without a colon, or None."""
    if moment is None:
        return None
    aware = moment.astimezone(UTC)
    return f"{aware:%Y-%m-%dT%H:%M:%S}.{aware.microsecond // 1000:03d}+0000"


def read(text: str, name: str) -> datetime:
    """The moment that a client sent under a name. Any ISO 8601 form with a zone will do; raises MomentMalformed."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not escaped in a URL arrives as a space
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter: a moment that lies before the first year, or after the last, in UTC
        raise MomentMalformed(name=name, value=text[:80]) from None
