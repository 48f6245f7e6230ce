"""Reads every document of a report back with other programs' readers, and compares it figure by figure with the protobuf.

check_reports.py PROGRAM

PROGRAM is the example `report_files` of services/reporting. Read by: the classes that protoc makes of the contract, csv and
html.parser of Python, openpyxl, pypdf.
"""

import csv
import html.parser
import importlib
import io
import subprocess
import sys
import tempfile
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

PROTO = Path(__file__).parents[2] / "proto"
LANGUAGES = {"en": 0, "zh-Hans": 1}
MISSING = {1: ("no_cases", "no cases", "无案例"), 2: ("fewer_than_half", "fewer than half so far", "尚不足半数")}
# What a spreadsheet may begin a formula with.
FORMULA = "=+-@\t\r\n＝＋－＠"


def contract(folder):
    """The messages of a report, by protoc."""
    from grpc_tools import protoc

    files = ["reporting/v1/figure", "type/v1/localized_text", "disclosure/v1/disclosure"]
    names = [f"seamless/{file}.proto" for file in files]
    include = str(Path(importlib.import_module("grpc_tools").__file__).parent / "_proto")
    assert protoc.main(["", f"-I{PROTO}", f"-I{include}", f"--python_out={folder}", *names]) == 0
    sys.path.insert(0, folder)
    return importlib.import_module("seamless.reporting.v1.figure_pb2")


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


def title(of, language):
    return of.title.versions[LANGUAGES[language]].text


def numbers(value):
    """Value, lower and upper end; none where there is none."""
    kind = value.WhichOneof("value")
    if kind is None:
        return (None, None, None)
    if kind == "count":
        return (value.count, None, None)
    measured = getattr(value, kind)
    ends = [getattr(measured, end) if measured.HasField(end) else None for end in ("lower", "upper")]
    return (measured.value, *ends)


def close(found, wanted):
    return (found is None) == (wanted is None) and (wanted is None or abs(float(found) - wanted) < 1e-6)


def check_csv(report, octets):
    assert octets.startswith(b"\xef\xbb\xbf") and b"\r\n" in octets and b"\n" not in octets.replace(b"\r\n", b"")
    rows = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline="")))
    wanted = []
    for section in report.sections:
        for figure in section.figures:
            wanted.append((section.id, figure.id, "", "", figure.title.versions, figure.value, figure.cases))
        for table in section.tables:
            for row in table.rows:
                for column, value in enumerate(row.values, 1):
                    wanted.append((section.id, table.id, row.id, str(column), row.title.versions, value, table.cases))
    assert len(rows) == len(wanted), (len(rows), len(wanted))
    for row, (section, item, name, column, titles, value, cases) in zip(rows, wanted):
        assert [row["section"], row["item"], row["row"], row["column"]] == [section, item, name, column], row
        for language, text in zip(("en", "zh"), titles):
            found = row[f"title_{language}"]
            assert found[0] not in FORMULA, found
            assert found.removeprefix("'").startswith(text.text), (found, text.text)
        found = [row[end] or None for end in ("value", "lower", "upper")]
        assert all(close(*pair) for pair in zip(found, numbers(value))), row
        assert row["missing"] == (MISSING[value.missing][0] if value.missing else ""), row
        assert row["unit"] == (value.WhichOneof("value") or ""), row
        assert int(row["cases"]) == cases
    return len(rows)


class Tables(html.parser.HTMLParser):
    """The rows of all tables of a page; the first text of a cell counts, what is small within it does not."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell, self.small, self.tags = [], None, 0, []

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

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(self.cell)
            self.cell = None
        elif tag == "span" and self.small:
            self.small -= 1

    def handle_data(self, text):
        if self.cell is not None and not self.small:
            self.cell += text


def check_html(report, octets, language):
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
                assert row == [title(figure, language), in_words(figure.value, language), str(figure.cases)], row
                seen += 1
        for table in section.tables:
            found = next(tables)[1:]
            for cells, row in zip(found, table.rows, strict=True):
                assert cells == [title(row, language), *(in_words(value, language) for value in row.values)], cells
                seen += len(row.values)
    assert next(tables, None) is None
    return seen


def check_xlsx(report, octets, language):
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
            assert row[6] == figure.cases
            seen += 1
        for table in section.tables:
            rows = list(next(sheets).iter_rows(min_row=4, values_only=True))
            for cells, row in zip(rows, table.rows, strict=True):
                assert cells[0] == title(row, language), cells
                # Columns for the ends of intervals stand where a column has some.
                at = 1
                for column, value in enumerate(row.values):
                    has = any(numbers(other.values[column])[1:] != (None, None) for other in table.rows)
                    check_cells(cells[at : at + (3 if has else 1)], value, language)
                    at += 3 if has else 1
                    seen += 1
    assert next(sheets, None) is None
    return seen


def check_cells(cells, value, language):
    wanted = numbers(value)
    if wanted[0] is None:
        assert cells[0] == MISSING[value.missing][1 + LANGUAGES[language]], cells
    else:
        assert all(close(*pair) for pair in zip(cells, wanted)), (cells, wanted)


def bare(text):
    """Without blanks and what is not seen, as one form of each character."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if not one.isspace() and one not in "\u2060\u200b")


def check_pdf(report, octets, language):
    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(octets)).pages
    text, seen = bare("".join(page.extract_text() for page in pages)), 0
    for section in report.sections:
        for figure in section.figures:
            assert bare(title(figure, language)) in text, title(figure, language)
            assert bare(in_words(figure.value, language)) in text, in_words(figure.value, language)
            seen += 1
        for table in section.tables:
            for row in table.rows:
                line = bare(title(row, language) + "".join(in_words(value, language) for value in row.values))
                assert line in text, line
                seen += len(row.values)
    return seen, len(pages)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        for folder in (one, other):
            subprocess.run([program, folder], check=True)
        files = {file.name: file.read_bytes() for file in Path(one).iterdir()}
        again = {file.name: file.read_bytes() for file in Path(other).iterdir()}
        assert files == again, "the same bytes by another process"
        with tempfile.TemporaryDirectory() as modules:
            report = contract(modules).ReportContent.FromString(files["report.binpb"])
        seen = {"csv": check_csv(report, files["report.csv"])}
        for language in LANGUAGES:
            seen[f"html {language}"] = check_html(report, files[f"report-{language}.html"], language)
            seen[f"xlsx {language}"] = check_xlsx(report, files[f"report-{language}.xlsx"], language)
            seen[f"pdf {language}"], pages = check_pdf(report, files[f"report-{language}.pdf"], language)
            assert pages > 2, "a table goes over pages"
        assert len(set(seen.values())) == 1 and seen["csv"] > 100, seen
        print(f"each of {seen['csv']} values is the same in protobuf, CSV, HTML, XLSX and PDF, in both languages")


main()
