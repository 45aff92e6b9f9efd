"""The sheets of the Register as a workbook: which columns each has, what they are called, what they hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from documents.workbooks import Column, Table, Value, write
from register.exchange.errors import SheetTooNarrow
from register.exchange.package import Package


@dataclass(frozen=True)
class Field:
    """A column: the member of the document that it holds (`unit_ru` is `unit.ru`), its caption, and how its values are read."""

    member: str
    kk: str
    ru: str
    form: str = "text"
    width: int = 20

    @property
    def caption(self) -> str:
        """In both languages."""
        return f"{self.kk} / {self.ru}"

    @property
    def path(self) -> list[str]:
        """The members that lead to its value."""
        head, _, last = self.member.rpartition("_")
        return [head, last] if last in ("kk", "ru", "en") else [self.member]


def _named(member: str, kk: str, ru: str) -> tuple[Field, ...]:
    """Three columns, one for each language."""
    tongues = (("kk", "қазақша", "на казахском"), ("ru", "орысша", "на русском"), ("en", "ағылшынша", "на английском"))
    return tuple(Field(f"{member}_{code}", f"{kk} ({in_kk})", f"{ru} ({in_ru})", width=36) for code, in_kk, in_ru in tongues)


#: Characters that a cell of a workbook can hold.
LONGEST: Final = 32_767
CODE: Final = Field("code", "Код", "Код")
INDICATORS: Final = "Көрсеткіштер · Показатели"
KINDS: Final = "Есеп түрлері · Виды отчётов"
CONTENTS: Final = "Мазмұны · Содержание"
CHECKS: Final = "Бақылау · Контроль"
_OF_KIND: Final = (
    Field("kind", "Есеп түрі", "Вид отчёта"),
    Field("version", "Нұсқа", "Версия", "integer", 8),
)
SHEETS: Final[Mapping[str, tuple[Field, ...]]] = {
    INDICATORS: (
        CODE,
        *_named("names", "Атауы", "Название"),
        *_named("definition", "Анықтамасы", "Определение"),
        *_named("unit", "Өлшем бірлігі", "Единица измерения"),
        Field("value_type", "Мәннің түрі", "Тип значения"),
        Field("decimals", "Үтірден кейінгі таңбалар", "Знаков после запятой", "integer"),
        Field("minimum", "Ең аз мәні", "Наименьшее значение"),
        Field("maximum", "Ең көп мәні", "Наибольшее значение"),
        Field("breakdowns", "Бөліністер", "Разрезы", "json", 40),
        Field("owner", "Иесі", "Владелец"),
        Field("source", "Дереккөз", "Источник"),
    ),
    KINDS: (
        CODE,
        Field("version", "Нұсқа", "Версия", "integer", 8),
        Field("act_number", "Бекіткен актінің нөмірі", "Номер утвердившего акта"),
        Field("act_date", "Бекіткен актінің күні", "Дата утвердившего акта"),
        *_named("names", "Атауы", "Название"),
        Field("legal_basis", "Құқықтық негізі", "Правовое основание", "json"),
        Field("places", "Органдар", "Органы", "json", 40),
        Field("addressee", "Адресат", "Адресат"),
        Field("informed", "Хабардар етілетіндер", "Уведомляемые", "json"),
        Field("delivery", "Жеткізу тәсілі", "Способ доставки"),
        Field("route", "Бағыты", "Маршрут"),
        Field("periodicity", "Кезеңділігі", "Периодичность"),
        Field("valid_from", "Қолданысқа енгізілетін күні", "Действует с"),
        Field("reporting", "Есеп ұсынушы органдар", "Представляющие органы", "json", 40),
        Field("due", "Ұсыну мерзімі", "Срок представления", "json", 40),
        Field("signature", "Қол қоюшы", "Подписывающий"),
        Field("electronic_signature", "ЭЦҚ", "ЭЦП"),
        Field("self_approval", "Өзі келісе алады", "Может согласовать сам", "boolean"),
        Field("silence_days", "Үнсіздік мерзімі, жұмыс күні", "Срок молчания, рабочих дней", "integer"),
        Field("process_key", "Процесс", "Процесс"),
        Field("minutes", "Еңбек шығыны, минут", "Трудоёмкость, минут", "integer"),
        Field("report_class", "Санаты", "Категория"),
        Field("publish", "Жариялау", "Публиковать", "boolean"),
        Field("retention", "Сақтау мерзімі", "Срок хранения", "json"),
        Field("more", "Қалғаны", "Прочее", "json"),
    ),
    CONTENTS: (
        *_OF_KIND,
        Field("part", "Бөлігі", "Часть"),
        CODE,
        *_named("names", "Атауы", "Название"),
        Field("indicator", "Көрсеткіш", "Показатель"),
        Field("breakdown", "Бөлініс", "Разрез", "json"),
        Field("blocked", "Толтырылмайтын орындар", "Незаполняемые места", "json"),
        Field("optional", "Міндетті емес орындар", "Необязательные места", "json"),
        Field("required", "Міндетті", "Обязательно", "boolean"),
        Field("max_length", "Ең ұзын мәтін", "Длина текста", "integer"),
        Field("more", "Қалғаны", "Прочее", "json"),
    ),
    CHECKS: (
        *_OF_KIND,
        CODE,
        Field("severity", "Маңызы", "Строгость"),
        Field("expression", "Өрнек", "Выражение", width=60),
        *_named("messages", "Хабарлама", "Сообщение"),
    ),
}
#: The lists of a section and of a table, with what their members are called in the column `part`.
PARTS: Final = {"tables": "table", "columns": "column", "rows": "row", "fields": "field", "texts": "text"}


def written(package: Package) -> bytes:
    """The workbook of a package."""
    rows: dict[str, list[list[Value]]] = {name: [] for name in SHEETS}
    rows[INDICATORS] += [_row(INDICATORS, document) for document in package.indicators]
    for held in package.kinds:
        document = held["document"]
        rows[KINDS].append(_row(KINDS, {**held, **document, "more": _more(KINDS, document)}))
        mark = {"kind": document["code"], "version": document["version"]}
        rows[CONTENTS] += [_row(CONTENTS, {**part, "more": _more(CONTENTS, part), **mark}) for part in _parts(document)]
        rows[CHECKS] += [_row(CHECKS, {**check, **mark}) for check in document.get("checks") or ()]
    tables = [Table(name, tuple(Column(field.caption, field.width) for field in fields), rows[name]) for name, fields in SHEETS.items()]
    return write(tables)


def _parts(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Sections, tables, columns and rows, fields, texts: each before what is in it. A list that a document has not may be null."""
    for section in document.get("sections") or ():
        yield {**section, "part": "section"}
        for name in ("tables", "fields", "texts"):
            for held in section.get(name) or ():
                yield {**held, "part": PARTS[name]}
                for lines in ("columns", "rows"):
                    for line in held.get(lines) or ():
                        yield {**line, "part": PARTS[lines]}


def own_members(sheet: str) -> set[str]:
    """The members of a document that have columns or rows of their own."""
    return {field.path[0] for field in SHEETS[sheet]} | {"format", "sections", "checks", *PARTS}


def _more(sheet: str, document: Mapping[str, Any]) -> dict[str, Any] | None:
    known = own_members(sheet)
    return {name: value for name, value in document.items() if name not in known} or None


def _row(sheet: str, document: Mapping[str, Any]) -> list[Value]:
    return [_value(field, document) for field in SHEETS[sheet]]


def _value(field: Field, document: Mapping[str, Any]) -> Value:
    value: Any = document
    for step in field.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, bool | str):
        return value
    if field.form == "json":
        text = json.dumps(value, ensure_ascii=False)
        if len(text) > LONGEST:
            raise SheetTooNarrow(str(document.get("code")), field.member, LONGEST)
        return text
    return Decimal(value) if isinstance(value, int) else str(value)
