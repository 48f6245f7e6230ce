//! What is kept of an alert for bulletins: what it says to people, beside what is counted of it ([`super::facts::AlertFact`]), so that
//! reports need not read it.
//!
//! Invariant: everything is as the newest event says; only when it was confirmed stays as it was told first.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use seamless_identifiers::{CountryCode, LanguageVersion, LocalizedText, PartialDate, TextState};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::model::{
    EventStatus, MeasureAction, NotificationState, NotificationType, OperatorRole, RemedyKind, RiskLevel,
    RiskType, UnitKind,
};

/// An alert as it tells people of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallFact {
    pub name: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    pub state: NotificationState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    /// When it was notified, or else published, at least by year and month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<PartialDate>,
    /// When it was confirmed; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub title: LocalizedText,
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub product: LocalizedText,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// Each once, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<CountryCode>,
    /// Each once, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    /// How the product can harm.
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub hazard: LocalizedText,
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub incidents: LocalizedText,
    /// Each once, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureAction>,
    /// Of all measures, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<RemedyFact>,
    /// Which items it covers, how many, where sold, in words.
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub items: LocalizedText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitFact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operators: Vec<OperatorFact>,
    /// The page that tells consumers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
}

/// What is offered to those who have the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemedyFact {
    pub kind: RemedyKind,
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub note: LocalizedText,
}

/// A number of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitFact {
    pub kind: UnitKind,
    /// None where all countries are counted together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    pub count: u64,
    pub approximate: bool,
}

/// An economic operator, without what is about a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatorFact {
    pub role: OperatorRole,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
}

pub(super) fn is_without_versions(text: &LocalizedText) -> bool {
    text.versions().is_empty()
}

impl RecallFact {
    /// The date by which it belongs to a month: of notification or publication, else the day of this zone on which it was confirmed.
    #[must_use]
    pub fn date(&self, zone: &TimeZone) -> Option<PartialDate> {
        let confirmed = || {
            let date: Date = zone.to_datetime(self.confirmed?).date();
            let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
            PartialDate::new(u16::try_from(date.year()).ok()?, Some(month), Some(day)).ok()
        };
        self.dated.or_else(confirmed)
    }

    /// Its texts by the name of the field, remedies last.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &LocalizedText)> {
        let named = [
            ("title", &self.title),
            ("product", &self.product),
            ("hazard", &self.hazard),
            ("incidents", &self.incidents),
            ("items", &self.items),
        ];
        named.into_iter().chain(self.remedies.iter().map(|remedy| ("remedy", &remedy.note)))
    }
}

/// The version of a text in the language whose primary subtag this is, with a text: `en`, `zh`. Of several the one in simplified
/// characters, else the first.
#[must_use]
pub fn version_in<'t>(text: &'t LocalizedText, language: &str) -> Option<&'t LanguageVersion> {
    let of_language = |version: &&LanguageVersion| {
        version.state != TextState::Missing && version.language.language() == language
    };
    let mut versions = text.versions().iter().filter(of_language);
    let simplified = |version: &&LanguageVersion| version.language.script() != Some("Hant");
    versions.clone().find(simplified).or_else(|| versions.next())
}

/// The version that the others are translations of, else the first that has a text.
#[must_use]
pub fn original_of(text: &LocalizedText) -> Option<&LanguageVersion> {
    let with_text = || text.versions().iter().find(|version| version.state != TextState::Missing);
    text.original().or_else(with_text)
}
