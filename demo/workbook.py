"""The workbook that the tour of the Register begins with: a form as ministries send them, in two languages, with merged heads and totals.

Its first table asks for two things that EMP-01 collects already; the rest is new. What the form says is made up, how it is laid out is not.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

#: Below the data directory.
FILE = "demo/career-centres.xlsx"
_MADE = datetime(2026, 9, 1, 4, tzinfo=UTC)

_HEAD = (
    (
        "E1:G1",
        (
            "Қазақстан Республикасы Еңбек және халықты әлеуметтік қорғау министрінің 2026 жылғы 1 қыркүйектегі № 214-Ө бұйрығына қосымша\n"
            "Приложение к приказу Министра труда и социальной защиты населения Республики Казахстан от 1 сентября 2026 года № 214-Ө"
        ),
    ),
    ("A2:G2", "Әкімшілік деректерді жинауға арналған нысан / Форма, предназначенная для сбора административных данных"),
    ("A3:G3", "Мансап орталықтарының жұмысы туралы есеп\nОтчёт о работе карьерных центров"),
    ("A4:G4", "Нысан индексі / Индекс формы: 2-МО (2-КЦ)"),
    ("A5:G5", "Кезеңділігі / Периодичность: ай сайын / ежемесячная"),
    (
        "A6:G6",
        (
            "Ақпаратты ұсынатын тұлғалар тобы / Круг лиц, представляющих информацию: аудандардың әкімдіктері, ауылдық округтердің "
            "әкімдері / акиматы районов, акимы сельских округов"
        ),
    ),
    (
        "A7:G7",
        (
            "Қайда ұсынылады / Куда представляется: Қазақстан Республикасының Еңбек және халықты әлеуметтік қорғау министрлігі / "
            "Министерство труда и социальной защиты населения Республики Казахстан"
        ),
    ),
    (
        "A8:G8",
        (
            "Ұсыну мерзімі / Срок представления: есепті айдан кейінгі айдың 20-жұмыс күніне дейін / "
            "до 20-го рабочего дня месяца, следующего за отчётным"
        ),
    ),
)
_CAPTIONS = (
    ("A10:A11", "№"),
    ("B10:B11", "Көрсеткіштің атауы / Наименование показателя"),
    ("C10:C11", "Жол коды / Код строки"),
    ("D10:D11", "Өлшем бірлігі / Единица измерения"),
    ("E10:E11", "Барлығы / Всего"),
    ("F10:G10", "оның ішінде / в том числе"),
)
_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("1", "Кеңес алғандар, барлығы / Получили консультацию, всего", "001", "адам / человек"),
    ("1.1", "оның ішінде алғаш рет / в том числе впервые", "002", "адам / человек"),
    ("1.2", "оның ішінде қайталап / в том числе повторно", "003", "адам / человек"),
    ("2", "Бос жұмыс орындарының жәрмеңкелері / Проведено ярмарок вакансий", "004", "бірлік / единиц"),
    ("3", "Кәсіптік оқуға жіберілгендер / Направлено на профессиональное обучение", "005", "адам / человек"),
    ("4", "Айдың соңына тіркелген жұмыссыздар / Зарегистрировано безработных на конец месяца", "006", "адам / человек"),
)
_FIRST = 13  # the first row of figures, as people count


def write(folder: Path) -> Path:
    """Put the workbook below a data directory."""
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(form())
    return path


def form() -> bytes:
    """The workbook; the same bytes at every call."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _MADE})
        sheet = workbook.add_worksheet("2-МО")
        sheet.set_column("B:B", 60)
        plain, boxed = (workbook.add_format({"text_wrap": True, "valign": "vcenter", "border": border}) for border in (0, 1))
        for area, text in _HEAD:
            sheet.merge_range(area, text, plain)
        for area, text in _CAPTIONS:
            sheet.merge_range(area, text, boxed)
        sheet.write_row("F11", ("ерлер / мужчины", "әйелдер / женщины"), boxed)
        sheet.write_row("A12", ("А", "Б", "В", "Г", 1, 2, 3), boxed)
        for number, told in enumerate(_ROWS, start=_FIRST):
            sheet.write_row(f"A{number}", told, boxed)
            sheet.write_formula(f"E{number}", f"=F{number}+G{number}", boxed, 0)
        for column in "FG":
            sheet.write_formula(f"{column}{_FIRST}", f"=SUM({column}{_FIRST + 1}:{column}{_FIRST + 2})", boxed, 0)
        fairs = _FIRST + 3
        sheet.write_row(f"E{fairs}", ("", "х", "х"), boxed)
        sheet.write("B21", "Түсіндірме жазба / Пояснительная записка", plain)
        sheet.write("B23", "Әкім / Аким ____________", plain)
    return made.getvalue()
