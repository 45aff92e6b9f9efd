"""Names of akimats, made from the names of their territories: „Абай ауданы" → „Абай ауданының әкімдігі"."""

import re

from organisations.territories import Territory, UnitKind

#: Endings of adjectives in Russian names of units, and the same in the genitive, masculine and feminine.
_GENITIVE = ((re.compile(r"(ск|цк|н)(ий|ый|ой)$"), r"\1ого"), (re.compile(r"(ск|цк|н)ая$"), r"\1ой"))

_ABBREVIATION = re.compile(r"^(г|с|п)\.\s*|\s*\b(с|п|г)\.?\s?(о|а)\.?$", re.IGNORECASE)
_NAMED_AFTER = re.compile(r"^с\. ?о\. ?им\. ?", re.IGNORECASE)

#: How the official file abbreviates kinds of unit in Kazakh.
_KAZAKH_ABBREVIATIONS = (
    (re.compile(r"\s*\bқ\.\s?ә\.?$", re.IGNORECASE), " қаласы"),
    (re.compile(r"\s*\bа\.\s?о\.?$", re.IGNORECASE), " ауылдық округі"),
    (re.compile(r"\s*\bк\.\s?ә\.?$", re.IGNORECASE), " кенті"),
    (re.compile(r"\s*\bқ\.$", re.IGNORECASE), " қаласы"),
    (re.compile(r"^қ\.\s*(?P<name>.+)$", re.IGNORECASE), r"\g<name> қаласы"),
)


def russian(territory: Territory) -> str:
    """„Абайский район" → „Акимат Абайского района", „Абралинский с.о." → „Аппарат акима Абралинского сельского округа"."""
    name = territory.name_ru.strip()
    if territory.unit is UnitKind.RURAL_DISTRICT:
        if _NAMED_AFTER.search(name):
            return f"Аппарат акима сельского округа имени {_NAMED_AFTER.sub('', name)}"
        return f"Аппарат акима {_genitive(_bare(name))} сельского округа"
    if territory.unit is UnitKind.SETTLEMENT_ADMINISTRATION:
        return f"Аппарат акима {_genitive(_bare(name))} поселковой администрации"
    if territory.unit is UnitKind.CITY:
        return f"Акимат города {_bare(name)}"
    return f"Акимат {_of_district_or_oblast(name)}"


def kazakh(territory: Territory) -> str | None:
    """The name in Kazakh; None where the territory's own is not known, or does not end as such names do."""
    if not territory.name_kk_known:
        return None
    name = territory.name_kk.strip()
    for pattern, full in _KAZAKH_ABBREVIATIONS:
        name = pattern.sub(full, name)
    if name.endswith((" облысы", " ауданы", " қаласы")):
        return f"{name}ның әкімдігі"
    return f"{name} әкімінің аппараты" if name.endswith((" округі", " кенті")) else None


def _of_district_or_oblast(name: str) -> str:
    for word, genitive in (("область", "области"), ("район", "района")):
        if name.startswith(f"{word} "):
            return f"{genitive} {name.removeprefix(word).strip()}"
        if name.endswith(f" {word}"):
            return f"{_genitive(name.removesuffix(word).strip())} {genitive}"
    return name


def _bare(name: str) -> str:
    return _ABBREVIATION.sub("", name).strip()


def _genitive(name: str) -> str:
    """An adjective in the genitive; „Карагандинская" (область) ends as „Чаганская" (администрация) does. Other words stay."""
    for ending, genitive in _GENITIVE:
        if ending.search(name):
            return ending.sub(genitive, name)
    return name
