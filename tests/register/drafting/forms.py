"""Workbooks laid out as official forms are: six of them, each in a way of its own."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

Sheet = Any


def book(*sheets: tuple[str, Callable[[Sheet], None]]) -> bytes:
    """A workbook of sheets, each written by its own function."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        for name, write in sheets:
            write(workbook.add_worksheet(name))
    return made.getvalue()


def lines(sheet: Sheet, row: int, told: Sequence[Sequence[Any]], column: int = 0) -> None:
    """Rows of plain values from a place on."""
    for number, values in enumerate(told):
        for place, value in enumerate(values):
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row + number, column + place, value, None, 0)
            elif value is not None and value != "":
                sheet.write(row + number, column + place, value)


def merged(sheet: Sheet, areas: Mapping[str, str]) -> None:
    """Merged areas with what they say."""
    for area, text in areas.items():
        sheet.merge_range(area, text)


def employment() -> bytes:
    """Bilingual, with captions in two rows, a code column, numbered columns, formulas and crosses."""

    def write(sheet: Sheet) -> None:
        merged(
            sheet,
            {
                "E1:G1": "Қазақстан Республикасы Еңбек министрінің 2024 жылғы 12 наурыздағы № 55-Ө бұйрығына қосымша",
                "A2:G2": "Әкімшілік деректерді жинауға арналған нысан / Форма, предназначенная для сбора административных данных",
                "A3:G3": "Жұмыспен қамтуға жәрдемдесу туралы есеп\nОтчёт о содействии занятости населения",
                "A4:G4": "Нысан индексі / Индекс формы: 1-ЖҚ (1-ТЗ)",
                "A5:G5": "Кезеңділігі / Периодичность: ай сайын / ежемесячная",
                "A6:G6": "Ақпаратты ұсынатын тұлғалар тобы / Круг лиц, представляющих информацию: "
                "аудандардың әкімдіктері, ауылдық округ әкімдері / акиматы районов, акимы сельских округов",
                "A7:G7": "Қайда ұсынылады / Куда представляется: "
                "Қазақстан Республикасы Еңбек министрлігі / Министерство труда Республики Казахстан",
                "A8:G8": "Ұсыну мерзімі / Срок представления: "
                "есепті айдан кейінгі айдың 10-күніне дейін / до 10 числа месяца, следующего за отчётным",
                "A10:A12": "№",
                "B10:B12": "Көрсеткіштің атауы / Наименование показателя",
                "C10:C12": "Жол коды / Код строки",
                "D10:D12": "Барлығы / Всего",
                "E10:G10": "оның ішінде / в том числе",
                "E11:F11": "жынысы бойынша / по полу",
                "G11:G12": "жастар / молодёжь",
            },
        )
        lines(sheet, 11, [["ерлер / мужчины", "әйелдер / женщины"]], 4)
        lines(sheet, 12, [["А", "Б", "В", 1, 2, 3, 4]])
        lines(
            sheet,
            13,
            [
                [
                    1,
                    "Жұмысқа орналастырылғандар, барлығы, адам / Трудоустроены, всего, человек",
                    "001",
                    "=E14+F14",
                    "=E15+E16",
                    "=SUM(F15:F16)",
                ],
                ["1.1", "оның ішінде тұрақты жұмысқа / в том числе на постоянную работу", "002", "=SUM(E15:F15)"],
                ["1.2", "қоғамдық жұмыстарға / на общественные работы", "003", "=SUM(E16:F16)", None, None, "х"],
                [2, "Кітапханашы болып жұмыс істейтіндер, адам / Работают библиотекарями, человек", "004"],
            ],
        )
        lines(
            sheet,
            18,
            [
                ["", "Ескертпе: жастар — 14–35 жас / Примечание: молодёжь — 14–35 лет"],
                ["", "Басшы / Руководитель ____________"],
                ["", "Түсіндірме жазба / Пояснительная записка"],
            ],
        )

    return book(("Лист1", write))


def harvest() -> bytes:
    """Russian only; sheets as sections, columns of several units, rows of districts, a total below."""

    def sowing(sheet: Sheet) -> None:
        merged(sheet, {"A1:F1": "Сведения о ходе сева и уборки урожая", "A2:F2": "Индекс: 29-сх", "A3:F3": "Периодичность: декадная"})
        lines(
            sheet,
            3,
            [["Срок представления:", "2-й рабочий день после отчётной декады"], ["Круг лиц:", "управление сельского хозяйства области"]],
        )
        lines(sheet, 6, [["№ п/п", "Наименование района", "Посевная площадь, га", "Убрано, га", "Намолочено, тонн", "Урожайность, ц/га"]])
        districts = ["Абайский район", "Аягозский район", "Урджарский район"]
        rows = [[number, name, 1200.5, None, None, f"=E{7 + number}/D{7 + number}*10"] for number, name in enumerate(districts, 1)]
        lines(sheet, 7, [*rows, [None, "Итого", "=SUM(C8:C10)", "=SUM(D8:D10)", "=SUM(E8:E10)"]])
        lines(sheet, 12, [["Руководитель управления", "____________"]])

    def machines(sheet: Sheet) -> None:
        sheet.write("A1", "Готовность техники")
        lines(sheet, 2, [["Показатель", "Ед. изм.", "План", "Факт", "Исполнение, %"]])
        lines(sheet, 3, [["Тракторы", "единиц", None, None, "=D4/C4*100"], ["Горючее", "тонн", None, None, "=D5/C5*100"]])

    return book(
        ("Сев и уборка", sowing), ("Техника", machines), ("Инструкция", lambda sheet: sheet.write("A1", "Заполняется по состоянию на день"))
    )


def budget() -> bytes:
    """Kazakh only, one unit for all, captions inside of the table, sums over it and of another sheet."""

    def first(sheet: Sheet) -> None:
        merged(sheet, {"A1:D1": "Бюджеттің атқарылуы туралы мәліметтер", "A2:D2": "Кезеңділігі: тоқсан сайын"})
        lines(sheet, 2, [["", "", "", "мың теңге"], ["Атауы", "Жыл жоспары", "Есепті кезеңге нақты", "Өткен жылғы кезең"], [1, 2, 3, 4]])
        merged(sheet, {"A6:D6": "I. Кірістер"})
        lines(sheet, 6, [["Салық түсімдері"], ["Салықтық емес түсімдер"], ["Кірістердің барлығы", "=B7+B8", "=C7+C8"]])
        merged(sheet, {"A10:D10": "II. Шығыстар"})
        lines(sheet, 10, [["Білім беру"], ["Денсаулық сақтау"], ["Шығыстардың барлығы", "=SUM(B11:B12)", "=SUM(C11;C12)"]])
        lines(sheet, 13, [["Тапшылық (профицит)", "=B9-B13", "=C9-C13", '=IF(D9>0,D9-D13,"")']])
        lines(sheet, 15, [["Облыс әкімі", "____"]])

    def second(sheet: Sheet) -> None:
        lines(sheet, 0, [["Атауы", "Саны, бірлік", "Құны, мың теңге"], ["Салықтық жеңілдіктер", None, "='1-бөлім'!B7"], ["Сыйақылар"]])

    return book(("1-бөлім", first), ("2-бөлім", second))


def list_of_projects() -> bytes:
    """Rows left empty for a list, dates and texts among the columns, names of people."""

    def write(sheet: Sheet) -> None:
        merged(sheet, {"A1:G1": "Ауылдарды дамыту жобаларының тізімі\nПеречень проектов развития сёл"})
        sheet.write("A2", "Форма № 3-ПР")
        merged(
            sheet,
            {
                "A4:A5": "р/с №",
                "B4:B5": "Жобаның атауы / Наименование проекта",
                "C4:D4": "Құны, млн теңге / Стоимость, млн тенге",
                "E4:E5": "Аяқталу мерзімі / Срок окончания",
                "F4:F5": "Жаңа жұмыс орындары, бірлік / Новые рабочие места, единиц",
                "G4:G5": "Жауаптының аты-жөні / Ф.И.О. ответственного",
            },
        )
        lines(sheet, 4, [["жоспар / план", "нақты / факт"]], 2)
        lines(sheet, 5, [[number] for number in range(1, 6)])
        lines(sheet, 10, [["…"]], 1)

    return book(("Sheet1", write))


def messy() -> bytes:
    """What came by mail: columns that nobody uses, notes beside the table, captions that are not merged, empty rows inside."""

    def write(sheet: Sheet) -> None:
        lines(sheet, 1, [["Отчет"], ["о работе школьных библиотек за месяц"]], 2)
        sheet.write("I2", "прошу сдать до пятницы!!!")
        sheet.write("C6", "до 5 числа")
        lines(sheet, 7, [["№", "Наименование показателей", None, "Всего", "в том числе"]], 1)
        lines(sheet, 8, [["город", "село"]], 5)
        lines(
            sheet,
            9,
            [
                [1, "Количество библиотек, ед.", None, 12],
                [2, "Книжный фонд, тыс. экземпляров", None, 34.55, None, None, None, "уточнить"],
                [None],
                ["2.1", "   на казахском языке"],
                ["2.2", "   на русском языке", None, "-"],
                [3, "Читатели - всего, чел."],
                [None, "  из них учащиеся"],
            ],
            1,
        )
        lines(sheet, 18, [["Исп. Ахметова А. тел. 87770000000"]], 1)

    return book(("отчет (2)", write))


def census() -> bytes:
    """Two hundred and forty rows with numbers of three levels, two tables on one sheet, each with a numbered row."""

    def write(sheet: Sheet) -> None:
        merged(
            sheet,
            {
                "A1:E1": "Сельскохозяйственная перепись\nАуыл шаруашылығы санағы",
                "A2:E2": "Периодичность: годовая. Срок представления: 25 января",
                "A4:A5": "Код строки / Жол коды",
                "B4:B5": "Показатели / Көрсеткіштер",
                "C4:C5": "Единица измерения / Өлшем бірлігі",
                "D4:E4": "Хозяйства / Шаруашылықтар",
            },
        )
        lines(sheet, 4, [["крупные / ірі", "мелкие / ұсақ"]], 3)
        lines(sheet, 5, [["А", "Б", "В", 1, 2]])
        told: list[list[Any]] = []
        for group in range(1, 21):
            told.append([f"{group}", f"Скот породы {group} / {group}-тұқымды мал", "голов / бас"])
            told.extend([f"{group}.{part}", f"возраст {part} / {part} жастағы", "голов / бас"] for part in range(1, 12))
        lines(sheet, 6, told)
        for group in range(20):
            top = 7 + group * 12
            sheet.write_formula(top - 1, 3, f"=SUM(D{top + 1}:D{top + 11})", None, 0)
        lines(
            sheet,
            248,
            [["2. Дойное стадо / Сауын малы"], ["Код", "Показатели / Көрсеткіштер", "Ед. изм.", "Всего / Барлығы"], ["А", "Б", "В", 1]],
        )
        lines(sheet, 251, [["300", "Коровы / Сиырлар", "голов / бас"], ["301", "Надой / Сауым", "тонн / тонна"]])

    return book(("Лист1", write))
