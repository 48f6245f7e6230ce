//! A report, and what it was made of.
//!
//! Invariant: from the moment that a report is published nothing of it changes.

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    Period,
    ids::{ReportId, ScheduleId},
    vocabulary::{EventStatus, ReportFormat, ReportState, ReportTemplate},
};
use crate::domain::records::{Place, Record};

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub id: ReportId,
    pub owner: AuthorityId,
    pub template: ReportTemplate,
    pub template_version: u32,
    /// With whose side; none where it is about no partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<AuthorityId>,
    pub period: Period,
    pub status: EventStatus,
    pub state: ReportState,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failure: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_time: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approved_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_time: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<AuthorityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restates: Option<ReportId>,
    /// The schedule that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    /// When the run was due that it was generated for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intended: Option<Timestamp>,
    /// No person finds it right.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approve_automatically: bool,
    /// To whom it is published as it is approved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publish_to: Vec<AuthorityId>,
    /// Others than the owner's side are to read it: small counts are withheld.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_others: bool,
    /// How often its owner had published when that was judged; none of another report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_before: Option<i64>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// What a report was made of, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Up to when cases are counted as they stood.
    pub cut: Timestamp,
    pub inputs: Vec<Input>,
    pub configuration: Vec<ConfigurationDigest>,
    pub program_version: String,
    pub target: String,
    pub zone_data_version: String,
    pub documents: Vec<DocumentFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_characters: Vec<String>,
    /// How many more there are than are named.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_missing_characters: u64,
    /// How far what was known of the feeds lay behind, of several the furthest; none for others. It is told beside the manifest: nothing was
    /// made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<SignedDuration>,
}

/// How far a feed was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    pub source: String,
    pub position: i64,
    pub events: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event_time: Option<Timestamp>,
    /// SHA-256, in hexadecimal digits, as the contract says.
    pub content_sha256: String,
    pub alerts_lost: u64,
    /// How often less of an alert was shown than before; none where an earlier version of the program did not count it, and for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights_narrowed: Option<u64>,
    /// SHA-256, in hexadecimal digits, over what was kept of the feed and looked at; empty where an earlier version of the program did not
    /// calculate it, and for others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub facts_sha256: String,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Input {
    /// As others than the owner's side are told it: which feed it is alone. How far it was read, how many events there were, when the last
    /// of them was, what they said, and how many alerts were lost would tell of few cases.
    #[must_use]
    pub fn for_others(self) -> Self {
        Self { source: self.source, ..Self::default() }
    }
}

/// Something that figures depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationDigest {
    pub name: String,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// A file of a report, in the file store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFile {
    pub format: ReportFormat,
    /// BCP 47; empty where it has both.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    pub file_name: String,
    pub media_type: String,
    pub size: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// That a report was published to an authority: what its list is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedReport {
    pub report: ReportId,
    pub reader: AuthorityId,
    pub publish_time: Timestamp,
    pub revision: i64,
}

/// The resource name of a report.
#[must_use]
pub fn report_name(id: ReportId) -> String {
    format!("reports/{id}")
}

impl Report {
    /// What the report is about; of two published ones about the same the later counts.
    #[must_use]
    pub fn subject(&self) -> String {
        let Period { first, last, zone } = &self.period;
        let (template, status): (&str, &str) = (self.template.into(), self.status.into());
        let partner = self.partner.as_ref().map_or("", AuthorityId::as_str);
        // What is withheld in one is told in the other: neither stands for the other.
        let others = if self.for_others { " others" } else { "" };
        format!("{template} {partner} {status} {first} {last} {zone}{others}")
    }

    /// The file of this format and language.
    #[must_use]
    pub fn document(&self, format: ReportFormat, language: &str) -> Option<&DocumentFile> {
        let documents = &self.manifest.as_ref()?.documents;
        documents
            .iter()
            .find(|one| one.format == format && (one.language.is_empty() || one.language == language))
    }
}

impl Record for Report {
    const KIND: &'static str = "report";
    type Place = Place;

    fn name(&self) -> String {
        report_name(self.id)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.owner.clone(),
            party: None,
            arrangement: None,
            group: self.subject(),
            state: self.state as i32,
            order: self.create_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for SharedReport {
    const KIND: &'static str = "shared_report";
    type Place = Place;

    fn name(&self) -> String {
        format!("{}/readers/{}", report_name(self.report), self.reader)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.reader.clone(),
            party: None,
            arrangement: None,
            group: String::new(),
            state: 0,
            order: self.publish_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
