"""Who of a body makes which of its reports."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from register.forecast.counting import Bearer, Profile, Share
from register.forecast.ports import EVERY_KIND


def shared_out(
    held: Mapping[UUID, Sequence[Share]], codes: Sequence[str], rules: Mapping[UUID, Mapping[str, UUID | None]]
) -> dict[Bearer, Profile]:
    """What bodies are charged with, by the officials whom their rules name; `codes` are the kinds of the charges."""
    found: dict[Bearer, Profile] = {}
    for body_id, shares in held.items():
        rule = rules.get(body_id, {})
        if set(rule) <= {EVERY_KIND}:
            found[body_id, rule.get(EVERY_KIND)] = tuple(shares)
            continue
        by_maker: dict[UUID | None, list[Share]] = {}
        for share in shares:
            for maker, part in _parts(share, codes, rule).items():
                by_maker.setdefault(maker, []).append(part)
        found |= {(body_id, maker): tuple(parts) for maker, parts in by_maker.items()}
    return found


def _parts(share: Share, codes: Sequence[str], rule: Mapping[str, UUID | None]) -> dict[UUID | None, Share]:
    parts: dict[UUID | None, list[int]] = {}
    for number in share:
        parts.setdefault(rule.get(codes[number], rule.get(EVERY_KIND)), []).append(number)
    return {maker: tuple(numbers) for maker, numbers in parts.items()}
