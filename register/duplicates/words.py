"""Names of indicators reduced to what they mean: stems of Kazakh and Russian words, with the ways of writing them evened out.

Letters that people type for each other are one (ғ and г, қ and к, ә and а …), abbreviations are written out, words of every second name
("number of", "total", "in the reporting period") count little. Russian is stemmed by Snowball; for Kazakh, which Snowball does not know,
endings are taken off by the tables of its grammar, the longest first.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import local
from typing import Final

import snowballstemmer
from rapidfuzz.distance import Levenshtein

#: Letters of the Kazakh alphabet and what is typed for them on a Russian keyboard, and Latin letters that look like Cyrillic ones.
_TWINS: Final = str.maketrans("әғқңөұүһіёaeopcyxkmhtb", "агкноууxиеаеорсухкмнтв".replace("x", "х"))
_TOKEN: Final = re.compile(r"[а-яa-z0-9]+(?:[.,]\d+)?")
_JOINED: Final = re.compile(r"\b(кол-во|кол-ва|т\.\s?ч\.?|т\.\s?б\.?|т\.\s?д\.?|т\.\s?п\.?|кв\.?\s?м|м2|м²|п/?м)(?![а-я])")

#: What abbreviations stand for, after letters were evened out.
_ABBREVIATIONS: Final = {
    "мио": "местный исполнительный орган",
    "цго": "центральный государственный орган",
    "жао": "жергиликти аткарушы орган",
    "омо": "орталык мемлекеттик орган",
    "рк": "республика казахстан",
    "кр": "казакстан республикасы",
    "чел": "человек",
    "тыс": "тысяча",
    "млн": "миллион",
    "млрд": "миллиард",
    "ед": "единица",
    "шт": "штука",
    "соц": "социальный",
    "гос": "государственный",
    "обл": "область",
    "мсб": "малый средний бизнес",
    "шоб": "шагын орта бизнес",
    "крс": "крупный рогатый скот",
    "ирк": "ири кара мал",
    "ауп": "административно управленческий персонал",
    "дтп": "дорожно транспортное происшествие",
    "жко": "жол колик окигасы",
    "жкх": "жилищно коммунальное хозяйство",
    "оон": "организация объединенных наций",
    "асп": "адресная социальная помощь",
    "аак": "атаулы алеуметтик комек",
    "доу": "дошкольное учреждение",
    "тко": "твердые коммунальные отходы",
    "ткк": "турмыстык катты калдык",
    "снп": "сельский населенный пункт",
}
#: The same for those that have signs in them; the rest of such ("including", "and so on") says nothing.
_JOINED_MEAN: Final = {"колво": "количество", "колва": "количество", "квм": "квадратный метр", "м2": "квадратный метр"}


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_NOTHING: Final = word_set("""
    и в во на по с со из для от к о об за при у а их его году год года годы отчетный период месяц квартал рамках том числе данный текущий
    конец начало
    жане мен пен бен бойынша ушин туралы есепти кезен кезенде жылы жыл айда ай токсан онын ишинде рет арасында катысты
""")
#: Words that stand in every second name: they say little about what is measured.
_COMMON: Final = word_set("""
    количество число численность всего общий итого наименование показатель республика казахстан лицо человек гражданин
    саны сан барлыгы жалпы улесинин корсеткиш казакстан республикасы адам азамат
""")
#: Endings of Kazakh nouns, participles and adjectives, after letters were evened out: plural, possessive, case, participle.
_KAZAKH_ENDINGS: Final = sorted(
    word_set("""
        ларынын леринин дарынын деринин тарынын теринин ларына лерине дарына дерине тарына терине ларын лерин дарын дерин тарын терин
        лардын лердин дардын дердин тардын тердин ларга лерге дарга дерге тарга терге ларды лерди дарды дерди тарды терди ларда лерде
        лары лери дары дери тары тери лар лер дар дер тар тер нын нин дын дин тын тин сынын синин ынын инин сына сине ына ине сын син
        ган ген кан кен гандар гендер кандар кендер ылган илген ланган ленген данган денген тылган тилген алган елген
        сы си ы и га ге ка ке на не да де та те ды ди ты ти нан нен дан ден тан тен мен пен бен лык лик дык дик тык тик
        ушы уши шы ши у
    """),
    key=lambda ending: (-len(ending), ending),
)
_SHORTEST_STEM: Final = 3
#: Letters from which on the beginning of a word is sought too.
SHORTEST_BEGINNING: Final = 4
_local = local()


def stems(name: str, language: str) -> tuple[str, ...]:
    """The stems of a name in "kk" or "ru", in order, each once; words that say nothing are left out."""
    return tuple(dict.fromkeys(_stem(word, language) for word in words(name) if word not in _NOTHING))


def words(name: str) -> Iterator[str]:
    """The words of a name with letters evened out and abbreviations written out."""
    even = unicodedata.normalize("NFKC", name).casefold().translate(_TWINS)
    even = _JOINED.sub(lambda found: f" {_JOINED_MEAN.get(re.sub(r'[^а-я0-9²]', '', found.group(1)), '')} ", even)
    for token in _TOKEN.findall(even):
        yield from _ABBREVIATIONS.get(token, token).split()


def sought(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The words of a text in any language, each with what is left of it by the endings of Kazakh and of Russian; for search."""
    for word in words(text):
        found = _in_any_language(word)
        if found:
            yield word, found


def is_near(first: str, second: str) -> bool:
    """Whether two stems may differ by typing errors: one in five letters, two in eight."""
    shorter = min(len(first), len(second))
    return shorter >= 5 and Levenshtein.distance(first, second, score_cutoff=2) <= (1 if shorter < 8 else 2)


def is_common(stem: str) -> bool:
    """Whether a stem is that of a word which stands in every second name."""
    return stem in _common_stems()


@lru_cache(maxsize=1)
def _common_stems() -> frozenset[str]:
    return frozenset(_stem(word, language) for word in _COMMON for language in ("ru", "kk"))


@lru_cache(maxsize=65_536)
def _in_any_language(word: str) -> frozenset[str]:
    return frozenset((*stems(word, "kk"), *stems(word, "ru")))


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str) -> str:
    if word[0].isdigit():
        return word
    return _russian(word) if language == "ru" else _kazakh(word)


def _russian(word: str) -> str:
    """Each thread has a stemmer of its own: it keeps state."""
    if not hasattr(_local, "russian"):
        _local.russian = snowballstemmer.stemmer("russian")
    return str(_local.russian.stemWord(word))


def _kazakh(word: str) -> str:
    """The word without its endings, two at most: `окушыларынын` → `окушы` → `оку`."""
    for _ in range(2):
        ending = next((end for end in _KAZAKH_ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST_STEM), None)
        if ending is None:
            break
        word = word[: -len(ending)]
    return word
