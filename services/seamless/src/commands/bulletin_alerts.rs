//! What a bulletin says, in the terminal: `seamless bulletin show`, `seamless bulletin glossary`.

use seamless_labels::Labelled;
use seamless_proto::seamless::{
    reporting::v1 as wire,
    r#type::v1::CivilDate,
    r#type::v1::{LocalizedText, TranslationState},
};
use seamless_vocabulary::{
    Vocabulary,
    notifications::{RemedyKind, RiskType},
};

use super::{mark, report_figures};
use crate::{cli::Language, connection::Connection, error::Failure, output};

/// Shows a bulletin; once it is generated, with its counts, its alerts and its findings.
pub async fn show(
    connection: &Connection,
    name: String,
    definitions: bool,
    json: bool,
) -> Result<(), Failure> {
    let mut client = connection.bulletins();
    let request = wire::GetBulletinRequest { name: name.clone() };
    let bulletin = client.get_bulletin(request).await?.into_inner();
    if json {
        output::json(&bulletin)?;
    } else {
        facts(&bulletin);
    }
    if bulletin.manifest.is_none() {
        return Ok(());
    }
    let request = wire::GetBulletinContentRequest { name };
    let content = client.get_bulletin_content(request).await?.into_inner();
    if json {
        return output::json(&content);
    }
    let language = connection.language();
    report_figures::sections(&content.sections, language, definitions);
    for cluster in &content.clusters {
        output::line(format!("\n{}", hazard(cluster.risk_type, language)));
        let mut table = output::table(&["date", "number", "title", "hazards", "remedies", "items"]);
        for alert in &cluster.alerts {
            let remedies = alert.remedies.iter().map(|remedy| remedy.kind);
            table.add_row([
                output::day(alert.date.as_ref()),
                alert.reference.clone(),
                told(alert.title.as_ref(), language),
                labels::<RiskType>(alert.risk_types.iter().copied(), language),
                labels::<RemedyKind>(remedies, language),
                told(alert.items.as_ref(), language),
            ]);
        }
        output::line(table);
    }
    findings(&bulletin, &content);
    Ok(())
}

/// What is known of the bulletin itself.
fn facts(bulletin: &wire::Bulletin) {
    let cut = bulletin.manifest.as_ref().and_then(|manifest| manifest.cut_time.as_ref());
    let mut table = output::table(&[]);
    for (what, value) in [
        ("bulletin", bulletin.name.clone()),
        ("state", output::word(bulletin.state().as_str_name(), "REPORT_STATE_")),
        ("why", bulletin.failure.clone()),
        ("drill", mark(bulletin.status()).trim().to_owned()),
        ("owner", bulletin.owner.clone()),
        ("recalling authority", bulletin.recalling_authority.clone()),
        ("country of origin", bulletin.country_of_origin.clone()),
        ("month", month(bulletin.month.as_ref())),
        ("as known at (UTC)", output::time(cut)),
        ("approved (UTC)", output::time(bulletin.approve_time.as_ref())),
        ("published (UTC)", output::time(bulletin.publish_time.as_ref())),
        ("readers", bulletin.readers.join(", ")),
        ("instead of", bulletin.restates.clone()),
    ] {
        if !value.is_empty() {
            table.add_row([what.to_owned(), value]);
        }
    }
    output::line(table);
}

/// Where texts do not keep to the glossary, and why that may stand; to its readers without that.
fn findings(bulletin: &wire::Bulletin, content: &wire::BulletinContent) {
    if content.findings.is_empty() {
        return;
    }
    output::line("\nTerms that differ from the glossary");
    let head = ["finding", "alert", "text", "term", "Chinese text wants", "accepted, since"];
    let mut table = output::table(&head);
    for finding in &content.findings {
        let known = bulletin.findings.iter().find(|known| known.number == finding.number);
        let acceptance = known.and_then(|known| known.acceptance.as_ref());
        table.add_row([
            finding.number.to_string(),
            finding.alert.clone(),
            finding.field.clone(),
            finding.term.clone(),
            finding.wanted.join(", "),
            acceptance.map(|acceptance| acceptance.reason.clone()).unwrap_or_default(),
        ]);
    }
    output::line(table);
}

/// Shows the glossary.
pub fn glossary(glossary: &wire::Glossary, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(glossary);
    }
    let mut table = output::table(&["English", "also", "Chinese", "or", "reviewed by", "on"]);
    for term in &glossary.terms {
        table.add_row([
            term.english.clone(),
            term.english_variants.join(", "),
            term.chinese.clone(),
            term.chinese_variants.join(", "),
            term.reviewed_by.clone(),
            output::day(term.review_date.as_ref()),
        ]);
    }
    output::line(table);
    output::line(format!("{} terms, SHA-256 {}", glossary.terms.len(), glossary.sha256));
    Ok(())
}

/// A text in the language of the command, marked where it is none or an old one.
fn told(text: Option<&LocalizedText>, language: Language) -> String {
    let versions = text.map(|text| text.versions.as_slice()).unwrap_or_default();
    let version = versions.iter().find(|version| version.language_code == language.tag());
    match version {
        Some(version) if version.state() == TranslationState::Missing => {
            let original = versions.iter().find(|version| version.state() == TranslationState::Original);
            let original = original.map(|version| version.text.as_str()).unwrap_or_default();
            let mark = match language {
                Language::En => "[not translated]",
                Language::Zh => "【缺少译文】",
            };
            format!("{mark} {original}")
        }
        Some(version) if version.state() == TranslationState::Stale => {
            let mark = match language {
                Language::En => "[of an earlier text]",
                Language::Zh => "【译文未更新】",
            };
            format!("{mark} {}", version.text)
        }
        Some(version) => version.text.clone(),
        None => output::text_of(text),
    }
}

fn labels<V: Vocabulary + Labelled>(numbers: impl Iterator<Item = i32>, language: Language) -> String {
    let label = |value: V| match language {
        Language::En => value.label().english,
        Language::Zh => value.label().chinese,
    };
    numbers.filter_map(V::from_number).map(label).collect::<Vec<_>>().join(", ")
}

fn hazard(number: i32, language: Language) -> String {
    match (labels::<RiskType>(std::iter::once(number), language), language) {
        (label, _) if !label.is_empty() => label,
        (_, Language::En) => "no hazard told".to_owned(),
        (_, Language::Zh) => "未说明危害".to_owned(),
    }
}

/// How a month is written.
pub(super) fn month(month: Option<&CivilDate>) -> String {
    month.map(|month| format!("{:04}-{:02}", month.year, month.month)).unwrap_or_default()
}
