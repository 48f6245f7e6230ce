"""Reads every document of reports and of a bulletin back with other programs' readers, and compares it value by value and text by text
with the protobuf.

check_reports.py PROGRAM

PROGRAM is the example `report_files` of services/reporting. Read by: the classes that protoc makes of the contract, csv and
html.parser of Python, openpyxl, pypdf.
"""

import csv
import html.parser
import importlib
import io
import re
import subprocess
import sys
import tempfile
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

PROTO = Path(__file__).parents[2] / "proto"
LANGUAGES = {"en": 0, "zh-Hans": 1}
MISSING = {
    1: ("no_cases", "no cases", "无案例"),
    2: ("fewer_than_half", "fewer than half so far", "尚不足半数"),
    3: ("withheld", "withheld", "不予公布"),
    4: ("not_observed_so_long", "not observed so long yet", "观察时间尚不足"),
}
# What a number of cases is that is not told.
WITHHELD = -1
# What stands before a text, by what its translation is worth.
STALE, NONE = 3, 4
MARKS = {
    STALE: ("[Translation of an earlier text]", "【译文对应早先的原文】"),
    NONE: ("[No English text; original:]", "【缺少中文译文，以下为原文】"),
}
# What every document of the program says of how it was made: of the name in each language a part, and the text in each or the number.
MADE_OF = [
    (("Template", "报告模板"), ("quarterly partner report", "季度伙伴报告")),
    (("Version of the template", "模板版本"), 7),
    (("Feed", "数据源"), ("notifications", "通报")),
    (("notifications: position", "通报：最后事件的位置"), 602),
    (("notifications: digest", "通报：所存内容的摘要"), ("ef" * 32,) * 2),
    (("notifications: taken out", "通报：因失去权限而移除的记录数"), 3),
    (("notifications: times", "通报：字段公开范围缩小的次数"), 2),
    (("Feed", "数据源"), ("training", "培训")),
    (("Configuration: cooperation", "配置：合作安排"), ("cd" * 32,) * 2),
    (("Version of the program", "程序版本"), ("1.2.3",) * 2),
    (("Built for", "运行平台"), ("x86_64-linux",) * 2),
    (("Version of the time zone data", "时区数据版本"), ("2026f",) * 2),
]
# Where the text of a page lies, in points: between the heading and the number of the page.
BODY = (60, 782)
# What a spreadsheet may begin a formula with.
FORMULA = "=+-@\t\r\n＝＋－＠"


def contract(folder):
    """The messages of reports and bulletins, by protoc."""
    from grpc_tools import protoc

    names = [str(file.relative_to(PROTO)) for file in PROTO.glob("seamless/**/*.proto")]
    include = str(Path(importlib.import_module("grpc_tools").__file__).parent / "_proto")
    assert protoc.main(["", f"-I{PROTO}", f"-I{include}", f"--python_out={folder}", *names]) == 0
    sys.path.insert(0, folder)
    packages = ("figure", "bulletin")
    return [importlib.import_module(f"seamless.reporting.v1.{package}_pb2") for package in packages]


def spoken(both, language):
    """A text of both languages in one of them, or a number."""
    return both[LANGUAGES[language]] if isinstance(both, tuple) else both


def decimals(number, places):
    return str(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def in_words(value, language):
    """A value as people read it."""
    chinese = LANGUAGES[language]
    kind = value.WhichOneof("value")
    if kind is None:
        return MISSING[value.missing][1 + chinese]
    if kind == "count":
        return str(value.count)
    if kind == "word":
        return value.word.text.versions[chinese].text
    measured = getattr(value, kind)
    if kind == "share":
        number = lambda share: decimals(float(Decimal(repr(share)) * 100), 1) + ("%" if chinese else " %")
        text = number(measured.value)
    elif kind == "number":
        number = lambda one: decimals(one, 2)
        text = number(measured.value)
    else:
        number = lambda days: decimals(days, 1)
        text = number(measured.value) + ("天" if chinese else " days")
    lower = number(measured.lower) if measured.HasField("lower") else None
    upper = number(measured.upper) if measured.HasField("upper") else None
    if lower is None and upper is None:
        return text
    if upper is None:
        interval = ("至少" if chinese else "at least ") + lower
    elif lower is None:
        interval = ("至多" if chinese else "at most ") + upper
    else:
        interval = f"{lower}–{upper}"
    return f"{text}（{interval}）" if chinese else f"{text} ({interval})"


def cases_in_words(cases, language):
    return MISSING[3][1 + LANGUAGES[language]] if cases == WITHHELD else str(cases)


def title(of, language):
    return of.title.versions[LANGUAGES[language]].text


def numbers(value):
    """Value, lower and upper end; none where there is none. Of a word its id."""
    kind = value.WhichOneof("value")
    if kind is None:
        return (None, None, None)
    if kind == "count":
        return (value.count, None, None)
    if kind == "word":
        return (value.word.id, None, None)
    measured = getattr(value, kind)
    ends = [getattr(measured, end) if measured.HasField(end) else None for end in ("lower", "upper")]
    return (measured.value, *ends)


def close(found, wanted, value):
    """The protobuf has days to thousandths, and all else to millionths."""
    if value.WhichOneof("value") == "word":
        return (found or None) == wanted
    within = 5.01e-4 if value.WhichOneof("value") == "days" else 1e-6
    return (found is None) == (wanted is None) and (wanted is None or abs(float(found) - wanted) < within)


def about_of(octets):
    """The rows of CSV that say what it is about: each text as title, and what it is as definition."""
    rows = csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline=""))
    return [row for row in rows if row["section"] == "about"]


def check_csv(report, octets, texts=0):
    assert octets.startswith(b"\xef\xbb\xbf") and b"\r\n" in octets and b"\n" not in octets.replace(b"\r\n", b"")
    rows = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline="")))
    about = about_of(octets)
    assert rows[: len(about)] == about and "about" not in [row["section"] for row in rows[len(about) :]]
    assert all(re.fullmatch("[a-z_]+", row["item"]) and row["definition_zh"] for row in about), about
    rows = rows[len(about) :]
    wanted = []
    for section in report.sections:
        for figure in section.figures:
            means = figure.definition.versions
            wanted.append((section.id, figure.id, "", "", figure.title.versions, figure.value, figure.cases, means))
        for table in section.tables:
            for row in table.rows:
                for column, value in enumerate(row.values, 1):
                    place = (section.id, table.id, row.id, str(column))
                    wanted.append((*place, row.title.versions, value, table.cases, table.definition.versions))
    assert len(rows) == len(wanted) + texts, (len(rows), len(wanted))
    for row, (section, item, name, column, titles, value, cases, means) in zip(rows, wanted):
        assert [row["definition_en"], row["definition_zh"]] == [version.text for version in means], row
        assert [row["section"], row["item"], row["row"], row["column"]] == [section, item, name, column], row
        for language, text in zip(("en", "zh"), titles):
            found = row[f"title_{language}"]
            assert found[0] not in FORMULA, found
            assert found.removeprefix("'").startswith(text.text), (found, text.text)
        found = [row[end] or None for end in ("value", "lower", "upper")]
        assert all(close(*pair, value) for pair in zip(found, numbers(value))), row
        assert row["missing"] == (MISSING[value.missing][0] if value.missing else ""), row
        assert row["unit"] == (value.WhichOneof("value") or ""), row
        says = [version.text for version in value.word.text.versions] or ["", ""]
        assert [row["text_en"], row["text_zh"]] == says, row
        assert row["cases"] == ("" if cases == WITHHELD else str(cases)), row
    return len(wanted)


class Tables(html.parser.HTMLParser):
    """The rows of all tables of a page; the first text of a cell counts, what is small within it does not."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell, self.small, self.tags = [], None, 0, []
        # What stands in lists of names and texts.
        self.terms, self.in_term = [], False

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag == "span" and self.cell is not None:
            self.small += 1
        elif tag == "dd":
            self.terms.append("")
            self.in_term = True

    def handle_endtag(self, tag):
        self.in_term = self.in_term and tag != "dd"
        if tag in ("td", "th"):
            self.tables[-1][-1].append(self.cell)
            self.cell = None
        elif tag == "span" and self.small:
            self.small -= 1

    def handle_data(self, text):
        if self.cell is not None and not self.small:
            self.cell += text
        if self.in_term:
            self.terms[-1] += text


def check_html(report, octets, language, about):
    page = Tables()
    page.feed(octets.decode("utf-8"))
    tags = [tag for tag, _ in page.tags]
    assert "script" not in tags and "link" not in tags and "img" not in tags, "nothing comes from elsewhere"
    assert ("html", language) in [(tag, attributes.get("lang")) for tag, attributes in page.tags]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    tables, seen = iter(page.tables), 0
    for section in report.sections:
        if section.figures:
            found = next(tables)[1:]
            for row, figure in zip(found, section.figures, strict=True):
                cases = cases_in_words(figure.cases, language)
                assert row == [title(figure, language), in_words(figure.value, language), cases], row
                seen += 1
        for table in section.tables:
            found = next(tables)[1:]
            if not table.rows:
                assert found == [[MISSING[1][1 + LANGUAGES[language]]]], found
                continue
            for cells, row in zip(found, table.rows, strict=True):
                # A heading is never empty.
                cells[0] = cells[0].removesuffix("–") or title(row, language)
                assert cells == [title(row, language), *(in_words(value, language) for value in row.values)], cells
                seen += len(row.values)
    assert next(tables, None) is None
    # The page says the same at its head as CSV at its beginning; and at its end what it was made of.
    texts = [row["title_zh" if LANGUAGES[language] else "title_en"].removeprefix("'") for row in about]
    assert texts[0] == title(report, language) and page.terms[: len(about) - 1] == texts[1:], page.terms
    assert page.terms[-len(MADE_OF) :] == [str(spoken(told, language)) for _, told in MADE_OF], page.terms
    return seen


def check_xlsx(report, octets, language, chapters=()):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(octets))
    sheets, seen = iter(book.worksheets), 0
    for sheet in book.worksheets:
        assert sheet.freeze_panes, sheet.title
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row), "no formula"
    figures = {}
    for row in next(sheets).iter_rows(min_row=2, values_only=True):
        figures[row[0], row[1]] = row
    for section in report.sections:
        for figure in section.figures:
            row = figures[title(section, language), title(figure, language)]
            check_cells(row[2:5], figure.value, language)
            assert str(row[6]) == cases_in_words(figure.cases, language), row
            seen += 1
        for table in section.tables:
            rows = list(next(sheets).iter_rows(min_row=4, values_only=True))
            if not table.rows:
                assert [row[0] for row in rows] == [MISSING[1][1 + LANGUAGES[language]]], rows
                continue
            for cells, row in zip(rows, table.rows, strict=True):
                assert (cells[0] or "") == title(row, language), cells
                # Columns for the ends of intervals stand where a column has some.
                at = 1
                for column, value in enumerate(row.values):
                    has = any(numbers(other.values[column])[1:] != (None, None) for other in table.rows)
                    check_cells(cells[at : at + (3 if has else 1)], value, language)
                    at += 3 if has else 1
                    seen += 1
    for chapter in chapters:
        check_sheet(list(next(sheets).iter_rows(min_row=2, values_only=True)), chapter, language)
    made_of = list(next(sheets).iter_rows(min_row=2, values_only=True))
    for (name, told), (starts, wanted) in zip(made_of, MADE_OF, strict=True):
        assert told == spoken(wanted, language) and name.startswith(spoken(starts, language)), (name, told)
    assert next(sheets, None) is None
    return seen


def check_sheet(rows, chapter, language):
    """A row for each entry: its title, and under the name of each sort of line its texts, one below the other."""
    names = rows[0][1:]
    for cells, entry in zip(rows[1:], chapter, strict=True):
        assert cells[0] == entry.title.said(language), cells
        found = {name: cell for name, cell in zip(names, cells[1:]) if cell is not None}
        wanted = {}
        for line in entry.lines:
            wanted.setdefault(line.names[LANGUAGES[language]], []).append(line.said(language))
        assert found == {name: "\n".join(told) for name, told in wanted.items()}, (found, wanted)


def check_cells(cells, value, language):
    wanted = numbers(value)
    if value.WhichOneof("value") == "word":
        assert cells[0] == in_words(value, language) and set(cells[1:]) <= {None}, cells
    elif wanted[0] is None:
        assert cells[0] == MISSING[value.missing][1 + LANGUAGES[language]], cells
    else:
        assert all(close(*pair, value) for pair in zip(cells, wanted)), (cells, wanted)


def bare(text):
    """Without blanks and what is not seen, as one form of each character."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if not one.isspace() and one not in "\u2060\u200b")


def body_of(page):
    """The text of a page between its heading and its number; all of it lies within the page."""
    parts, (left, below, right, above) = [], page.mediabox

    def take(text, outer, inner, _font, size):
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        if text.strip():
            # No letter is narrower than this.
            assert left <= x and x + 0.15 * size * len(text.strip()) <= right, (x, size, text)
            assert below < y < above, (y, text)
        if BODY[0] < y < BODY[1]:
            parts.append(text)

    page.extract_text(visitor_text=take)
    return "".join(parts)


def check_pdf(report, octets, language, chapters=()):
    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(octets)).pages
    text, seen = bare("".join(body_of(page) for page in pages)), 0
    for name, told in MADE_OF:
        assert bare(spoken(name, language)) in text and bare(str(spoken(told, language))) in text, name
    for section in report.sections:
        for figure in section.figures:
            said = [title(figure, language), figure.definition.versions[LANGUAGES[language]].text]
            said += [in_words(figure.value, language), cases_in_words(figure.cases, language)]
            assert bare("".join(said)) in text, said
            seen += 1
        for table in section.tables:
            for row in table.rows:
                line = bare(title(row, language) + "".join(in_words(value, language) for value in row.values))
                assert line in text, line
                seen += len(row.values)
    for entry in (entry for chapter in chapters for entry in chapter):
        assert bare(entry.title.said(language)) in text, entry.title.said(language)
        for line in entry.lines:
            told = bare(line.names[LANGUAGES[language]] + line.said(language))
            assert told in text, told
    return seen, len(pages)


class Line:
    """A text as both languages have it, with what each is worth: 0 where nothing is wrong."""

    def __init__(self, id, texts, worth=(0, 0)):
        self.id, self.texts, self.worth, self.names = id, texts, worth, ("", "")

    def said(self, language):
        at = LANGUAGES[language]
        return f"{MARKS[self.worth[at]][at]} {self.texts[at]}" if self.worth[at] else self.texts[at]


class Entry:
    def __init__(self, id, title, lines):
        self.id, self.title, self.lines = id, title, lines


def told(id, text):
    """A text of the contract: where a language has none, the original stands in its place."""
    original = next(version for version in text.versions if version.state == 1)
    texts, worth = [], []
    for language in LANGUAGES:
        version = next(version for version in text.versions if version.language_code == language)
        texts.append(original.text if version.state == NONE else version.text)
        worth.append(version.state if version.state in (STALE, NONE) else 0)
    return Line(id, texts, worth)


def same(id, text):
    return Line(id, (text, text))


def wanted_of(alert):
    """The lines of an alert in their order. Of what the program says in words of its own the parts that it is made of are given."""
    lines = [same("date", f"{alert.date.year:04}-{alert.date.month:02}-{alert.date.day:02}")]
    lines.append(same("reference", alert.reference))
    lines += [told("product", alert.product)] if alert.HasField("product") else []
    lines += [same("brand", alert.brand), same("models", ", ".join(alert.models))]
    lines += [("origins", len(alert.countries_of_origin), []), ("hazards", len(alert.risk_types), [])]
    lines.append(("risk_level", 1, []))
    for id in ("hazard", "incidents"):
        lines += [told(id, getattr(alert, id))] if alert.HasField(id) else []
    lines.append(("measures", len(alert.measures), []))
    lines.append(("remedies", len({remedy.kind for remedy in alert.remedies}), []))
    lines += [told("remedy", remedy.note) for remedy in alert.remedies if remedy.HasField("note")]
    lines += [told("items", alert.items)] if alert.HasField("items") else []
    counts = [str(unit.count) for unit in alert.units]
    lines.append(("units", len(counts), counts + [("about ", "约")] * any(unit.approximate for unit in alert.units)))
    lines.append(("operators", len(alert.operators), [one.operator_name for one in alert.operators]))
    lines.append(same("page", alert.consumer_url))
    empty = lambda line: line[1] == 0 if isinstance(line, tuple) else line.texts == ("", "")
    return [line for line in lines if not empty(line)]


def is_made_of(found, parts):
    """The words of the program: as many as there are, in each language, and with the numbers and names in them."""
    id, count, within = parts
    for at, separators in enumerate((", |; ", "、|；")):
        text = found.texts[at]
        assert text and text == text.strip(), found.texts
        assert all((part if isinstance(part, str) else part[at]) in text for part in within), (text, within)
        if id != "operators":
            # Names of countries and hazards may have a comma themselves.
            assert len(re.split(separators, text)) >= count, (text, count)


def chapters_of(bulletin, octets):
    """The chapters: their texts as the protobuf has them, and the words of the program as CSV has them."""
    rows = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline="")))
    entries = {}
    for row in rows:
        if row["item"].startswith("notifications/"):
            texts = tuple(row[f"title_{language}"] for language in ("en", "zh"))
            lacks = row["missing"].split()
            worth = [next((n for n, word in ((STALE, "stale"), (NONE, "missing")) if f"{word}_{language}" in lacks), 0)
                     for language in ("en", "zh")]
            entries.setdefault(row["item"], []).append(Line(row["row"], texts, worth))
    chapters, seen = [], 0
    for cluster in bulletin.clusters:
        chapters.append([])
        for alert in cluster.alerts:
            head, *found = entries.pop(alert.alert)
            lines = []
            for line, wanted in zip([head, *found], [told("title", alert.title), *wanted_of(alert)], strict=True):
                if isinstance(wanted, tuple):
                    assert line.id == wanted[0], (line.id, wanted)
                    is_made_of(line, wanted)
                    wanted = line
                guarded = tuple(f"'{text}" if text[0] in FORMULA else text for text in wanted.texts)
                assert (line.id, line.texts, tuple(line.worth)) == (wanted.id, line.texts if wanted is line else guarded, tuple(wanted.worth))
                lines.append(wanted)
                seen += 1
            chapters[-1].append(Entry(alert.alert, lines[0], lines[1:]))
    assert not entries, entries.keys()
    return chapters, seen


class Articles(html.parser.HTMLParser):
    """The title of each entry of a page, and the name and the text of each of its lines."""

    def __init__(self):
        super().__init__()
        self.articles, self.at, self.is_within = [], None, False

    def handle_starttag(self, tag, attributes):
        if tag == "article":
            self.articles.append(["", []])
            self.is_within = True
        elif self.is_within and tag in ("h3", "dt", "dd"):
            self.at = tag
            if tag == "dt":
                self.articles[-1][1].append(["", ""])

    def handle_endtag(self, tag):
        if tag in ("h3", "dt", "dd"):
            self.at = None
        self.is_within = self.is_within and tag != "article"

    def handle_data(self, text):
        if self.at == "h3":
            self.articles[-1][0] += text
        elif self.at and self.articles:
            self.articles[-1][1][-1][self.at == "dd"] += text


def check_articles(chapters, octets, language):
    """Each entry of the page says what it should; the names of lines are taken from there."""
    page = Articles()
    page.feed(octets.decode("utf-8"))
    entries = [entry for chapter in chapters for entry in chapter]
    for (title, lines), entry in zip(page.articles, entries, strict=True):
        assert title == entry.title.said(language), title
        for (name, text), line in zip(lines, entry.lines, strict=True):
            assert name and text == line.said(language), (name, text)
            names = list(line.names)
            names[LANGUAGES[language]] = name
            line.names = tuple(names)


def check(stem, content, files, chapters=(), texts=0):
    """Every document of one content; gives how many values it has."""
    seen = {"csv": check_csv(content, files[f"{stem}.csv"], texts)}
    for language in LANGUAGES:
        page = files[f"{stem}-{language}.html"]
        seen[f"html {language}"] = check_html(content, page, language, about_of(files[f"{stem}.csv"]))
        check_articles(chapters, page, language)
        seen[f"xlsx {language}"] = check_xlsx(content, files[f"{stem}-{language}.xlsx"], language, chapters)
        seen[f"pdf {language}"], pages = check_pdf(content, files[f"{stem}-{language}.pdf"], language, chapters)
        assert pages > 2 or stem != "report", "a table goes over pages"
    assert len(set(seen.values())) == 1, seen
    return seen["csv"]


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        for folder in (one, other):
            subprocess.run([program, folder], check=True)
        files = {file.name: file.read_bytes() for file in Path(one).iterdir()}
        again = {file.name: file.read_bytes() for file in Path(other).iterdir()}
        assert files == again, "the same bytes by another process"
        with tempfile.TemporaryDirectory() as modules:
            figures, bulletins = contract(modules)
            of_report = figures.ReportContent.FromString
            reports = {stem: of_report(files[f"{stem}.binpb"]) for stem in ("report", "quarterly")}
            bulletin = bulletins.BulletinContent.FromString(files["bulletin.binpb"])
        values = sum(check(stem, report, files) for stem, report in reports.items())
        kinds = {figure.value.WhichOneof("value") for section in reports["report"].sections for figure in section.figures}
        assert kinds == {"count", "share", "days", "number", "word", None}, kinds
        assert {value.missing for section in reports["report"].sections for figure in section.figures
                for value in [figure.value]} == {0, *MISSING}, "each sort of value is read back"
        chapters, texts = chapters_of(bulletin, files["bulletin.csv"])
        worth = {line.worth[at] for chapter in chapters for entry in chapter for line in [entry.title, *entry.lines] for at in (0, 1)}
        assert worth == {0, STALE, NONE} and texts > 30, (worth, texts)
        values += check("bulletin", bulletin, files, chapters, texts)
        print(f"each of {values} values and {texts} texts is the same in protobuf, CSV, HTML, XLSX and PDF, in both languages")


main()
