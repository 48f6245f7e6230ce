//! A bar for each of the first rows of a table, as SVG within a page.
//!
//! Invariants: all numbers are whole or of two decimals, calculated from counts without floats; ids are made of numbers that
//! the page gives; there is nothing in it that the table does not say.

use maud::{Markup, html};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::domain::content::{Language, Table, Value};

/// How many rows have a bar.
const ROWS: usize = 12;
/// How many columns of a terminal a label may have: a Chinese character has two.
const LABEL_COLUMNS: usize = 28;
const WIDTH: u64 = 640;
const LABEL_WIDTH: u64 = 230;
const BAR_WIDTH: u64 = 330;
const ROW_HEIGHT: u64 = 22;

/// The chart of a table whose first values are counts; none of another one, or if all counts are zero.
pub(super) fn chart(table: &Table, number: &str, language: Language) -> Option<Markup> {
    let counts: Option<Vec<(&str, u64)>> = table
        .rows
        .iter()
        .map(|row| match row.values.first() {
            Some(Value::Count(count)) => Some((row.title.in_language(language), *count)),
            _ => None,
        })
        .collect();
    let all = counts?;
    let counts = all.get(..ROWS).unwrap_or(&all);
    let most = counts.iter().map(|(_, count)| *count).max().filter(|most| *most > 0)?;
    let height = ROW_HEIGHT * counts.len() as u64 + 4;
    let (title_id, description_id) = (format!("chart-{number}-title"), format!("chart-{number}-description"));
    Some(html! {
        svg class="chart" role="img" viewBox=(format!("0 0 {WIDTH} {height}")) width=(WIDTH) height=(height)
            font-family="Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif" font-size="12" fill="#1b1b1b"
            aria-labelledby=(format!("{title_id} {description_id}"))
        {
            title id=(title_id) { (title(table, language)) }
            desc id=(description_id) { (description(all.len(), counts, language)) }
            @for (index, (label, count)) in counts.iter().enumerate() {
                @let top = ROW_HEIGHT * index as u64 + 4;
                text x=(LABEL_WIDTH - 8) y=(top + 13) text-anchor="end" { (shortened(label)) }
                rect x=(LABEL_WIDTH) y=(top) width=(hundredths(*count, most)) height=(ROW_HEIGHT - 6) fill="#1f5fa8" {}
                text x=(bar_end(*count, most)) y=(top + 13) { (count) }
            }
        }
    })
}

fn title(table: &Table, language: Language) -> String {
    let title = table.title.in_language(language);
    match language {
        Language::English => format!("Bar chart: {title}"),
        Language::Chinese => format!("条形图：{title}"),
    }
}

fn description(all: usize, counts: &[(&str, u64)], language: Language) -> String {
    let (colon, separator) = match language {
        Language::English => (": ", "; "),
        Language::Chinese => ("：", "；"),
    };
    let bars: Vec<String> = counts.iter().map(|(label, count)| format!("{label}{colon}{count}")).collect();
    let bars = bars.join(separator);
    let shown = counts.len();
    match language {
        _ if shown == all => bars,
        Language::English => format!("The first {shown} of {all} rows. {bars}"),
        Language::Chinese => format!("前{shown}行，共{all}行。{bars}"),
    }
}

/// What the picture leaves out, for all to read.
pub(super) fn left_out(table: &Table, language: Language) -> Option<String> {
    let all = table.rows.len();
    match language {
        _ if all <= ROWS => None,
        Language::English => Some(format!("The chart shows the first {ROWS} of {all} rows.")),
        Language::Chinese => Some(format!("图中仅显示前{ROWS}行，共{all}行。")),
    }
}

/// The width of a bar: two decimals.
fn hundredths(count: u64, most: u64) -> String {
    let width = u128::from(count) * u128::from(BAR_WIDTH) * 100 / u128::from(most.max(1));
    format!("{}.{:02}", width / 100, width % 100)
}

/// Where the number after a bar begins.
fn bar_end(count: u64, most: u64) -> u128 {
    u128::from(count) * u128::from(BAR_WIDTH) / u128::from(most.max(1)) + u128::from(LABEL_WIDTH) + 6
}

/// The label, or its beginning where it is too wide.
fn shortened(label: &str) -> String {
    if label.width() <= LABEL_COLUMNS {
        return label.to_owned();
    }
    let mut width = 0;
    let beginning: String = label
        .chars()
        .take_while(|character| {
            width += character.width().unwrap_or(0);
            width < LABEL_COLUMNS
        })
        .collect();
    format!("{}…", beginning.trim_end())
}
