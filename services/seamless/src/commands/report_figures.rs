//! What a report says, in the terminal: `seamless report show`, `seamless report compare`.

use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::LocalizedText};

use super::mark;
use crate::{cli::Language, connection::Connection, error::Failure, output};

/// Shows a report; once it is generated, with every figure and table.
pub async fn show(
    connection: &Connection,
    name: String,
    definitions: bool,
    json: bool,
) -> Result<(), Failure> {
    let mut client = connection.reports();
    let report = client.get_report(wire::GetReportRequest { name: name.clone() }).await?.into_inner();
    match (&report.manifest, json) {
        (None, true) => return output::json(&report),
        (None, false) => {
            facts(&report);
            return Ok(());
        }
        (Some(_), _) => {}
    }
    let content = client.get_report_content(wire::GetReportContentRequest { name }).await?.into_inner();
    if json {
        output::json(&report)?;
        return output::json(&content);
    }
    facts(&report);
    sections(&content.sections, connection.language(), definitions);
    Ok(())
}

/// Shows figures and tables; with what each means, if that is wanted.
pub fn sections(sections: &[wire::Section], language: Language, definitions: bool) {
    for section in sections {
        output::line(format!("\n{}", title(section.title.as_ref(), language)));
        let mut figures = output::table(&["figure", "value", "cases"]);
        for figure in &section.figures {
            let value = value(figure.value.as_ref(), language);
            let cases = if figure.cases < 0 { String::new() } else { figure.cases.to_string() };
            figures.add_row([title(figure.title.as_ref(), language), value, cases]);
        }
        if !section.figures.is_empty() {
            output::line(figures);
        }
        if definitions {
            for figure in &section.figures {
                let meaning = title(figure.definition.as_ref(), language);
                output::line(format!("  {}: {meaning}", title(figure.title.as_ref(), language)));
            }
        }
        for table in section.tables.iter().filter(|table| !table.rows.is_empty()) {
            output::line(format!("\n{}", title(table.title.as_ref(), language)));
            if definitions {
                output::line(format!("  {}", title(table.definition.as_ref(), language)));
            }
            let columns: Vec<String> =
                table.columns.iter().map(|column| title(Some(column), language)).collect();
            let head: Vec<&str> = std::iter::once("of").chain(columns.iter().map(String::as_str)).collect();
            let mut rows = output::table(&head);
            for row in &table.rows {
                let values = row.values.iter().map(|one| value(Some(one), language));
                rows.add_row(std::iter::once(title(row.title.as_ref(), language)).chain(values));
            }
            output::line(rows);
        }
    }
}

/// What is known of the report itself.
fn facts(report: &wire::Report) {
    let period = report.period.clone().unwrap_or_default();
    let (from, to) = (output::day(period.start_date.as_ref()), output::day(period.end_date.as_ref()));
    let cut = report.manifest.as_ref().and_then(|manifest| manifest.cut_time.as_ref());
    let mut table = output::table(&[]);
    for (what, value) in [
        ("report", report.name.clone()),
        ("state", output::word(report.state().as_str_name(), "REPORT_STATE_")),
        ("why", report.failure.clone()),
        ("template", output::word(report.template().as_str_name(), "REPORT_TEMPLATE_")),
        ("drill", mark(report.status()).trim().to_owned()),
        ("owner", report.owner.clone()),
        ("partner", report.partner.clone()),
        ("period", format!("{from} to {to}, {}", period.time_zone)),
        ("as known at (UTC)", output::time(cut)),
        ("approved (UTC)", output::time(report.approve_time.as_ref())),
        ("published (UTC)", output::time(report.publish_time.as_ref())),
        ("readers", report.readers.join(", ")),
        ("instead of", report.restates.clone()),
    ] {
        if !value.is_empty() {
            table.add_row([what.to_owned(), value]);
        }
    }
    output::line(table);
}

/// A text in the language of the command.
pub(super) fn title(text: Option<&LocalizedText>, language: Language) -> String {
    let tag = language.tag();
    let versions = text.map(|text| text.versions.as_slice()).unwrap_or_default();
    let version = versions.iter().find(|version| version.language_code == tag).or(versions.first());
    version.map(|version| version.text.clone()).unwrap_or_default()
}

/// A value for people.
pub(super) fn value(value: Option<&wire::Value>, language: Language) -> String {
    let interval = |lower: Option<String>, upper: Option<String>| match (lower, upper) {
        (None, None) => String::new(),
        (lower, upper) => format!(" ({}-{})", lower.unwrap_or_default(), upper.unwrap_or_default()),
    };
    let Some(value) = value else { return String::new() };
    match &value.value {
        Some(wire::value::Value::Count(count)) => count.to_string(),
        Some(wire::value::Value::Share(share)) => {
            let percent = |share: f64| format!("{:.1}", 100.0 * share);
            format!(
                "{} %{}",
                percent(share.value),
                interval(share.lower.map(percent), share.upper.map(percent))
            )
        }
        Some(wire::value::Value::Days(days)) => {
            let number = |days: f64| format!("{days:.1}");
            format!("{}{}", number(days.value), interval(days.lower.map(number), days.upper.map(number)))
        }
        Some(wire::value::Value::Number(one)) => {
            let number = |number: f64| format!("{number:.2}");
            format!("{}{}", number(one.value), interval(one.lower.map(number), one.upper.map(number)))
        }
        Some(wire::value::Value::Word(word)) => title(word.text.as_ref(), language),
        None => match (value.missing(), language) {
            (wire::MissingValue::FewerThanHalf, Language::En) => "fewer than half so far".to_owned(),
            (wire::MissingValue::FewerThanHalf, Language::Zh) => "尚不足半数".to_owned(),
            (wire::MissingValue::NotObservedSoLong, Language::En) => "not observed so long yet".to_owned(),
            (wire::MissingValue::NotObservedSoLong, Language::Zh) => "观察时间尚不足".to_owned(),
            (wire::MissingValue::Withheld, Language::En) => "withheld".to_owned(),
            (wire::MissingValue::Withheld, Language::Zh) => "不予公布".to_owned(),
            (_, Language::En) => "no cases".to_owned(),
            (_, Language::Zh) => "无案例".to_owned(),
        },
    }
}

/// Tells which values differ, and what may have made them so.
pub fn compare(answer: &wire::ReportComparison, language: Language, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(answer);
    }
    for cause in &answer.causes {
        let kind = output::word(cause.kind().as_str_name(), "COMPARISON_CAUSE_KIND_");
        let events = match cause.to_position {
            0 => String::new(),
            to => format!(": events behind {} up to {to}", cause.after_position),
        };
        let lost = match cause.alerts_lost {
            0 => String::new(),
            lost => format!(", {lost} lost"),
        };
        let narrowed = match cause.rights_narrowed {
            0 => String::new(),
            narrowed => format!(", {narrowed} times fields were made less public"),
        };
        output::line(format!("{kind} {}{events}{lost}{narrowed}", cause.name));
    }
    let mut table = output::table(&["section", "of", "title", "before", "after", "also"]);
    for change in &answer.changes {
        table.add_row([
            change.section.clone(),
            change.item.clone(),
            title(change.title.as_ref(), language),
            value(change.before.as_ref(), language),
            value(change.after.as_ref(), language),
            also(change),
        ]);
    }
    output::line(table);
    output::line(format!("{} differ", answer.changed));
    Ok(())
}

/// What differs beside the value.
fn also(change: &wire::ChangedValue) -> String {
    let cases = |cases: Option<i64>| match cases {
        None => "none".to_owned(),
        Some(-1) => "withheld".to_owned(),
        Some(cases) => cases.to_string(),
    };
    let of_cases = (change.cases_before != change.cases_after)
        .then(|| format!("cases {} -> {}", cases(change.cases_before), cases(change.cases_after)));
    let of_definition =
        (change.definition_before != change.definition_after).then(|| "another definition".to_owned());
    of_cases.into_iter().chain(of_definition).collect::<Vec<_>>().join("; ")
}
