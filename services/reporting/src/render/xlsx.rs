//! A report as a workbook for each language: a sheet of facts and figures, then a sheet for each table, and one of what it was made of.
//!
//! Invariants: texts are written as texts alone, so that none is a formula or a link; numbers are numbers with a format; the
//! name of a sheet begins with the number of its table, so that all differ.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::{
    DocumentFacts, chapters_xlsx,
    made_of::Told,
    meaning::meaning,
    numbers, section_number, table_number,
    words::{EXERCISE, Words, words},
};
use crate::domain::{
    chapters::Chapter,
    content::{Content, Figure, Language, Measured, Table, Value, WITHHELD_CASES},
};

/// The most characters of a sheet's name, as Excel counts them: in UTF-16.
const NAME_UNITS: usize = 31;
/// The widest that a column of texts becomes, in characters.
const WIDEST: usize = 60;
/// How high a line is, in points.
const LINE: f64 = 15.0;
const PAPER_A4: u8 = 9;

/// How cells look.
struct Formats {
    title: Format,
    exercise: Format,
    heading: Format,
    text: Format,
    small: Format,
    count: Format,
    share: Format,
    days: Format,
    number: Format,
    /// Why there is no number.
    missing: Format,
}

/// What every sheet is written with.
struct Setting<'a> {
    words: &'static Words,
    formats: Formats,
    facts: &'a DocumentFacts,
    language: Language,
}

/// The workbook.
pub(super) fn workbook(
    content: &Content,
    chapters: &[Chapter],
    facts: &DocumentFacts,
    language: Language,
) -> Result<Vec<u8>, XlsxError> {
    let setting = Setting { words: words(language), formats: formats(), facts, language };
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(content, &setting)?);
    setting.first_sheet(workbook.add_worksheet(), content)?;
    for (index, section) in content.sections.iter().enumerate() {
        for (at, table) in section.tables.iter().enumerate() {
            let title = table.title.in_language(language);
            let name = sheet_name(&format!("{} {title}", table_number(index, at)));
            let sheet = workbook.add_worksheet();
            sheet.set_name(&name)?;
            let section = section.title.in_language(language);
            setting.table_sheet(sheet, table, &format!("{section} – {title}"))?;
        }
    }
    for (index, chapter) in (content.sections.len()..).zip(chapters) {
        let title = format!("{} {}", section_number(index), chapter.title.in_language(language));
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&title))?;
        setting.chapter_sheet(sheet, chapter, &title)?;
    }
    setting.last_sheet(workbook.add_worksheet())?;
    workbook.save_to_buffer()
}

fn properties(content: &Content, setting: &Setting<'_>) -> Result<DocProperties, XlsxError> {
    let date = setting.facts.date;
    let wrong = |_| XlsxError::ParameterError(format!("a workbook cannot bear the date {date}"));
    let year = u16::try_from(date.year()).map_err(wrong)?;
    let month = u8::try_from(date.month()).map_err(wrong)?;
    let day = u8::try_from(date.day()).map_err(wrong)?;
    Ok(DocProperties::new()
        .set_title(content.title.in_language(setting.language))
        .set_creation_datetime(&ExcelDateTime::from_ymd(year, month, day)?))
}

fn formats() -> Formats {
    let cell = || Format::new().set_align(FormatAlign::Top);
    let number = |format: &str| cell().set_num_format(format);
    Formats {
        title: Format::new().set_bold().set_font_size(14),
        exercise: Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(0x8a_1c1c)),
        heading: Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color(Color::RGB(0xe8_edf4))
            .set_border_bottom(FormatBorder::Thin),
        text: cell().set_text_wrap(),
        small: cell().set_text_wrap().set_font_color(Color::RGB(0x59_5959)),
        count: number("0"),
        share: number("0.0%"),
        days: number("0.0"),
        number: number("0.00"),
        missing: cell().set_align(FormatAlign::Right).set_font_color(Color::RGB(0x59_5959)),
    }
}

impl Setting<'_> {
    /// What the report is about and all figures, with one heading.
    fn first_sheet(&self, sheet: &mut Worksheet, content: &Content) -> Result<(), XlsxError> {
        let Words { about, section, figure, value, lower, upper, unit, cases, definition, .. } = self.words;
        sheet.set_name(sheet_name(self.words.figures))?;
        self.paper(sheet)?;
        let headings = [section, figure, value, lower, upper, unit, cases, definition];
        for (column, (heading, width)) in (0..).zip(headings.iter().zip([28, 34, 16, 13, 13, 8, 8, 80])) {
            sheet.write_string_with_format(0, column, **heading, &self.formats.heading)?;
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        let mut row = 1;
        if self.facts.exercise {
            for column in 0..8 {
                sheet.write_blank(row, column, &self.formats.exercise)?;
            }
            sheet.write_string_with_format(row, 0, EXERCISE, &self.formats.exercise)?;
            sheet.write_string_with_format(row, 1, self.words.exercise, &self.formats.exercise)?;
            row += 1;
        }
        let title = content.title.in_language(self.language);
        sheet.write_string_with_format(row, 0, title, &self.formats.title)?;
        row += 1;
        for (name, text) in &content.facts {
            sheet.write_string_with_format(row, 0, *about, &self.formats.text)?;
            sheet.write_string_with_format(row, 1, name.in_language(self.language), &self.formats.text)?;
            sheet.write_string(row, 2, text.in_language(self.language))?;
            row += 1;
        }
        for section in &content.sections {
            for figure in &section.figures {
                let title = section.title.in_language(self.language);
                sheet.write_string_with_format(row, 0, title, &self.formats.text)?;
                self.figure(sheet, row, figure)?;
                row += 1;
            }
        }
        Ok(())
    }

    /// What it was made of: name and text or number of each line.
    fn last_sheet(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let Words { made_of, value, .. } = self.words;
        sheet.set_name(sheet_name(made_of))?;
        self.paper(sheet)?;
        for (column, heading, width) in [(0, made_of, 50), (1, value, 70)] {
            sheet.write_string_with_format(0, column, *heading, &self.formats.heading)?;
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        let mut row = 1;
        if self.facts.exercise {
            sheet.write_string_with_format(row, 0, EXERCISE, &self.formats.exercise)?;
            sheet.write_string_with_format(row, 1, self.words.exercise, &self.formats.exercise)?;
            row += 1;
        }
        for (row, (name, told)) in (row..).zip(self.facts.made_of.lines()) {
            sheet.write_string_with_format(row, 0, name.in_language(self.language), &self.formats.text)?;
            match told {
                Told::Text(text) => {
                    let text = text.in_language(self.language);
                    sheet.write_string_with_format(row, 1, text, &self.formats.text)?
                }
                Told::Number(number) => {
                    sheet.write_number_with_format(row, 1, number as f64, &self.formats.count)?
                }
            };
        }
        Ok(())
    }

    fn figure(&self, sheet: &mut Worksheet, row: u32, figure: &Figure) -> Result<(), XlsxError> {
        let (title, definition) = (&figure.title, &figure.definition);
        sheet.write_string_with_format(row, 1, title.in_language(self.language), &self.formats.text)?;
        self.value(sheet, row, 2, figure.value, true)?;
        let units = &self.words.units;
        let unit = match numbers::sound(figure.value) {
            Value::Count(_) => units.count,
            Value::Share(_) => units.share,
            Value::Days(_) => units.days,
            Value::Number(_) => units.number,
            Value::Word(_) | Value::NoCases | Value::FewerThanHalf | Value::NotYetKnown | Value::Withheld => {
                ""
            }
        };
        sheet.write_string_with_format(row, 5, unit, &self.formats.text)?;
        if figure.cases == WITHHELD_CASES {
            sheet.write_string_with_format(row, 6, self.words.withheld, &self.formats.missing)?;
        } else {
            sheet.write_number_with_format(row, 6, figure.cases as f64, &self.formats.count)?;
        }
        sheet.write_string_with_format(row, 7, definition.in_language(self.language), &self.formats.small)?;
        Ok(())
    }

    /// One table: its title and what it means, then heading and rows.
    fn table_sheet(&self, sheet: &mut Worksheet, table: &Table, title: &str) -> Result<(), XlsxError> {
        self.paper(sheet)?;
        let texts = table.rows.iter().map(|row| row.title.in_language(self.language));
        let widest = texts.map(UnicodeWidthStr::width).max().unwrap_or(0).clamp(24, WIDEST);
        sheet.set_column_width(0, widest as f64 + 2.0)?;
        let columns = self.columns(table);
        // As wide as a table of three columns at the least: what the title and the definition need.
        let last = u16::try_from(columns.len()).unwrap_or(u16::MAX).max(3);
        for column in 1..=last {
            sheet.set_column_width(column, 20)?;
        }

        let mut row = 0;
        if self.facts.exercise {
            sheet.merge_range(row, 0, row, last, EXERCISE, &self.formats.exercise)?;
            row += 1;
        }
        sheet.write_string_with_format(row, 0, title, &self.formats.title)?;
        row += 1;
        let meaning = meaning(table, self.language);
        let lines = meaning.width().div_ceil(widest + 18 * usize::from(last)).max(1);
        sheet.merge_range(row, 0, row, last, &meaning, &self.formats.small)?;
        sheet.set_row_height(row, LINE * lines as f64)?;
        row += 1;

        sheet.write_string_with_format(row, 0, self.words.row, &self.formats.heading)?;
        for (at, (_, heading, _)) in (1..).zip(&columns) {
            sheet.write_string_with_format(row, at, heading, &self.formats.heading)?;
        }
        row += 1;
        sheet.set_freeze_panes(row, 1)?.set_repeat_rows(row - 1, row - 1)?;

        for line in &table.rows {
            sheet.write_string_with_format(
                row,
                0,
                line.title.in_language(self.language),
                &self.formats.text,
            )?;
            for (at, (index, _, part)) in (1..).zip(&columns) {
                let Some(value) = line.values.get(*index).copied().map(numbers::sound) else { continue };
                match part {
                    Part::Value => self.value(sheet, row, at, value, false)?,
                    Part::Lower => self.bound(sheet, row, at, value, |measured| measured.lower)?,
                    Part::Upper => self.bound(sheet, row, at, value, |measured| measured.upper)?,
                }
            }
            row += 1;
        }
        if table.rows.is_empty() {
            sheet.write_string_with_format(row, 0, self.words.no_cases, &self.formats.small)?;
        }
        Ok(())
    }

    /// One chapter: its title, then heading and entries.
    fn chapter_sheet(&self, sheet: &mut Worksheet, chapter: &Chapter, title: &str) -> Result<(), XlsxError> {
        self.paper(sheet)?;
        let mut row = 0;
        if self.facts.exercise {
            sheet.write_string_with_format(row, 0, EXERCISE, &self.formats.exercise)?;
            row += 1;
        }
        sheet.write_string_with_format(row, 0, title, &self.formats.title)?;
        let formats = (&self.formats.heading, &self.formats.text);
        chapters_xlsx::sheet(sheet, chapter, formats, (row + 1, self.language))
    }

    /// The columns after the first: which value, its heading, which part of it. Bounds have columns where a row has any.
    fn columns(&self, table: &Table) -> Vec<(usize, String, Part)> {
        let mut columns = Vec::new();
        for (index, column) in table.columns.iter().enumerate() {
            let title = column.in_language(self.language);
            columns.push((index, title.to_owned(), Part::Value));
            let mut values = table.rows.iter().filter_map(|row| row.values.get(index));
            if values.any(|value| measured(*value).is_some_and(|one| one.lower.or(one.upper).is_some())) {
                for (part, bound) in [(Part::Lower, self.words.lower), (Part::Upper, self.words.upper)] {
                    columns.push((index, format!("{title}{}{bound}", self.words.colon), part));
                }
            }
        }
        columns
    }

    /// The number of a value, or in words why there is none; with the bounds in the next columns, if they are wanted.
    fn value(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        value: Value,
        with_bounds: bool,
    ) -> Result<(), XlsxError> {
        let value = numbers::sound(value);
        match value {
            Value::Count(count) => {
                sheet.write_number_with_format(row, column, count as f64, &self.formats.count)?;
            }
            Value::Share(one) => {
                let share = numbers::for_cells(one.value);
                sheet.write_number_with_format(row, column, share, &self.formats.share)?;
            }
            Value::Days(one) => {
                let days = numbers::for_cells(one.value);
                sheet.write_number_with_format(row, column, days, &self.formats.days)?;
            }
            Value::Number(one) => {
                let number = numbers::for_cells(one.value);
                sheet.write_number_with_format(row, column, number, &self.formats.number)?;
            }
            Value::Word(word) => {
                let word = word.in_language(self.language);
                sheet.write_string_with_format(row, column, word, &self.formats.text)?;
            }
            Value::NoCases | Value::FewerThanHalf | Value::NotYetKnown | Value::Withheld => {
                let text = numbers::for_people(value, self.language);
                sheet.write_string_with_format(row, column, text, &self.formats.missing)?;
            }
        }
        if with_bounds {
            self.bound(sheet, row, column + 1, value, |measured| measured.lower)?;
            self.bound(sheet, row, column + 2, value, |measured| measured.upper)?;
        }
        Ok(())
    }

    fn bound(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        value: Value,
        bound: impl Fn(Measured) -> Option<f64>,
    ) -> Result<(), XlsxError> {
        let format = match value {
            Value::Share(_) => &self.formats.share,
            Value::Number(_) => &self.formats.number,
            _ => &self.formats.days,
        };
        if let Some(bound) = measured(value).and_then(bound) {
            sheet.write_number_with_format(row, column, numbers::for_cells(bound), format)?;
        }
        Ok(())
    }

    /// How a sheet is printed.
    fn paper(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_paper_size(PAPER_A4).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_footer("&R&P / &N");
        if self.facts.exercise {
            sheet.set_header(format!("&C{EXERCISE}"));
        }
        Ok(())
    }
}

/// Which part of a value a column has.
enum Part {
    Value,
    Lower,
    Upper,
}

fn measured(value: Value) -> Option<Measured> {
    match numbers::sound(value) {
        Value::Share(measured) | Value::Days(measured) | Value::Number(measured) => Some(measured),
        Value::Count(_)
        | Value::Word(_)
        | Value::NoCases
        | Value::FewerThanHalf
        | Value::NotYetKnown
        | Value::Withheld => None,
    }
}

/// A text as the name of a sheet: without what Excel forbids there, and cut.
fn sheet_name(text: &str) -> String {
    let mut units = 0;
    let allowed = text.chars().map(|character| match character {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => ' ',
        character if character.is_control() => ' ',
        character => character,
    });
    let name: String = allowed
        .take_while(|character| {
            units += character.len_utf16();
            units <= NAME_UNITS
        })
        .collect();
    name.trim_end().to_owned()
}
