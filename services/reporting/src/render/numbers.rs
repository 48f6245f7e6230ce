//! Where values become text: for people in words of their language, for machines in plain decimals.
//!
//! Invariants: halves are rounded away from zero, by [`units_of`] alone; decimals are fixed, so that no float is written the way
//! that the machine happens to; a number that is not finite is never written, there is no case that it could be of.

use super::words::words;
use crate::domain::content::{Language, Measured, Value, WITHHELD_CASES};

/// How many decimals a share or a number of days has where machines read it.
const MACHINE_DECIMALS: u32 = 6;
/// How many decimals it keeps in the cell of a workbook.
const CELL_DECIMALS: u32 = 9;

/// The value, as long as its numbers are finite: a bound that is not is left out.
pub(super) fn sound(value: Value) -> Value {
    let measured = match value {
        Value::Share(measured) | Value::Days(measured) | Value::Number(measured) => measured,
        Value::Count(_)
        | Value::Word(_)
        | Value::NoCases
        | Value::FewerThanHalf
        | Value::NotYetKnown
        | Value::Withheld => return value,
    };
    if !measured.value.is_finite() {
        return Value::NoCases;
    }
    let finite = |bound: Option<f64>| bound.filter(|bound| bound.is_finite());
    let measured = Measured { lower: finite(measured.lower), upper: finite(measured.upper), ..measured };
    match value {
        Value::Share(_) => Value::Share(measured),
        Value::Number(_) => Value::Number(measured),
        _ => Value::Days(measured),
    }
}

/// The value as people read it: `62.5 % (30.6 %–86.3 %)`.
pub(super) fn for_people(value: Value, language: Language) -> String {
    match sound(value) {
        Value::Count(count) => count.to_string(),
        Value::Share(share) => {
            let percent = |share| match language {
                Language::English => format!("{} %", decimal(units_of(share, 3), 1)),
                Language::Chinese => format!("{}%", decimal(units_of(share, 3), 1)),
            };
            with_interval(percent(share.value), share.lower.map(percent), share.upper.map(percent), language)
        }
        Value::Days(days) => {
            let number = |days| decimal(units_of(days, 1), 1);
            let value = match language {
                Language::English => format!("{} days", number(days.value)),
                Language::Chinese => format!("{}天", number(days.value)),
            };
            with_interval(value, days.lower.map(number), days.upper.map(number), language)
        }
        Value::Number(one) => {
            let number = |number| decimal(units_of(number, 2), 2);
            with_interval(number(one.value), one.lower.map(number), one.upper.map(number), language)
        }
        Value::Word(word) => word.in_language(language).to_owned(),
        Value::NoCases => words(language).no_cases.to_owned(),
        Value::FewerThanHalf => words(language).fewer_than_half.to_owned(),
        Value::NotYetKnown => words(language).not_yet_known.to_owned(),
        Value::Withheld => words(language).withheld.to_owned(),
    }
}

/// A number of cases, or that it is withheld.
pub(super) fn cases(cases: u64, language: Language) -> String {
    match cases {
        WITHHELD_CASES => words(language).withheld.to_owned(),
        cases => cases.to_string(),
    }
}

fn with_interval(value: String, lower: Option<String>, upper: Option<String>, language: Language) -> String {
    let interval = match (lower, upper, language) {
        (None, None, _) => return value,
        (Some(lower), Some(upper), _) => format!("{lower}–{upper}"),
        (Some(lower), None, Language::English) => format!("at least {lower}"),
        (Some(lower), None, Language::Chinese) => format!("至少{lower}"),
        (None, Some(upper), Language::English) => format!("at most {upper}"),
        (None, Some(upper), Language::Chinese) => format!("至多{upper}"),
    };
    match language {
        Language::English => format!("{value} ({interval})"),
        Language::Chinese => format!("{value}（{interval}）"),
    }
}

/// A finite number as machines read it: `0.625000`.
pub(super) fn for_machines(number: f64) -> String {
    decimal(units_of(number, MACHINE_DECIMALS), MACHINE_DECIMALS)
}

/// A finite number as a cell holds it, without the noise of its last binary digits: a spreadsheet then rounds it as
/// [`for_people`] does.
pub(super) fn for_cells(number: f64) -> f64 {
    units_of(number, CELL_DECIMALS) as f64 / f64::from(10_u32.saturating_pow(CELL_DECIMALS))
}

/// How many units of the last decimal a number has, halves away from zero. What is a half but for the last binary digits of a
/// product is taken as a half: 1.005 has no exact form.
fn units_of(number: f64, decimals: u32) -> i128 {
    let scaled = number.abs() * f64::from(10_u32.saturating_pow(decimals));
    let units = (scaled + 0.5 + 1e-9).floor() as i128;
    if number < 0.0 { -units } else { units }
}

/// Units of the last decimal as text.
fn decimal(units: i128, decimals: u32) -> String {
    let (sign, scale) = (if units < 0 { "-" } else { "" }, 10_u128.saturating_pow(decimals));
    let (whole, rest) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
    format!("{sign}{whole}.{rest:0width$}", width = decimals as usize)
}
