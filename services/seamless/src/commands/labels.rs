//! What categories, risks, measures, remedies and counts are called for people, in the language that they asked for.
//!
//! Invariant: the words are those of `seamless-labels`, as everywhere else.

use seamless_labels::Labelled;
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_vocabulary::{
    Vocabulary,
    notifications::{MeasureAction, ProductCategory, RemedyKind, RiskLevel, RiskType, UnitKind},
};

use crate::{cli::Language, output::text_of};

/// What the value of this number is called; nothing for none, and for one that this version does not know.
fn label<T: Vocabulary + Labelled>(number: i32, language: Language) -> &'static str {
    let label = T::from_number(number).map(Labelled::label);
    label.map_or("", |label| match language {
        Language::En => label.english,
        Language::Zh => label.chinese,
    })
}

/// The category of a product.
pub fn category(product: &wire::Product, language: Language) -> String {
    label::<ProductCategory>(product.category, language).to_owned()
}

/// The risk level and types: `serious: choking, burns`.
pub fn risk_line(notification: &wire::Notification, language: Language) -> String {
    let Some(risk) = &notification.risk else { return String::new() };
    let types = risk.types.iter().map(|kind| label::<RiskType>(*kind, language));
    let types: Vec<&str> = types.filter(|label| !label.is_empty()).collect();
    let level = match risk.level() {
        wire::RiskLevel::Unspecified if risk.presumed_serious => wire::RiskLevel::Serious.into(),
        _ => risk.level,
    };
    told(label::<RiskLevel>(level, language), &types.join(", "))
}

/// A measure with its remedies, and what is said of it.
pub fn measure_line(measure: &wire::Measure, language: Language) -> String {
    let mut action = label::<MeasureAction>(measure.action, language).to_owned();
    let remedies = measure.remedies.iter().map(|remedy| match text_of(remedy.note.as_ref()) {
        note if note.is_empty() => label::<RemedyKind>(remedy.kind, language).to_owned(),
        note => note,
    });
    let remedies: Vec<String> = remedies.filter(|remedy| !remedy.is_empty()).collect();
    if !remedies.is_empty() {
        action = format!("{action} ({})", remedies.join(", "));
    }
    told(action.trim_start(), &text_of(measure.description.as_ref()))
}

/// How many there are of what, and where: `CN about 1200 sold`.
pub fn unit_line(unit: &wire::UnitCount, language: Language) -> String {
    let about = match (unit.approximate, language) {
        (false, _) => "",
        (true, Language::En) => "about ",
        (true, Language::Zh) => "约 ",
    };
    let kind = label::<UnitKind>(unit.kind, language);
    format!("{} {about}{} {kind}", unit.country, unit.count).trim().to_owned()
}

/// What there is of a head and what is said of it: `head: text`.
fn told(head: &str, text: &str) -> String {
    let known: Vec<&str> = [head, text].into_iter().filter(|part| !part.is_empty()).collect();
    known.join(": ")
}
