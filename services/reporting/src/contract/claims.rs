//! What is signed of a report: its manifest, as JSON.

use serde::Serialize;

use crate::domain::{
    model::{Bulletin, ConfigurationDigest, Input, Manifest, Report},
    records::Record,
};

/// The `typ` of the signature of a report.
pub const REPORT_TYPE: &str = "seamless-report+jwt";

/// The fields of the contract's `ReportManifest`, by their names.
#[derive(Serialize)]
pub struct Claims<'a> {
    report: String,
    owner: &'a str,
    template: &'static str,
    template_version: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    partner: &'a str,
    period: PeriodClaim<'a>,
    status: &'static str,
    cut_time: String,
    inputs: &'a [Input],
    configuration: &'a [ConfigurationDigest],
    program_version: &'a str,
    target: &'a str,
    zone_data_version: &'a str,
    documents: Vec<DocumentClaim<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    missing_characters: &'a [String],
    #[serde(skip_serializing_if = "is_zero")]
    more_missing_characters: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    country_of_origin: &'a str,
}

#[derive(Serialize)]
struct PeriodClaim<'a> {
    start_date: String,
    end_date: String,
    time_zone: &'a str,
}

#[derive(Serialize)]
struct DocumentClaim<'a> {
    format: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
    file_name: &'a str,
    media_type: &'a str,
    size_bytes: u64,
    sha256: &'a str,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What is signed of a report with this manifest.
#[must_use]
pub fn claims<'a>(report: &'a Report, manifest: &'a Manifest) -> Claims<'a> {
    let documents = manifest.documents.iter().map(|one| DocumentClaim {
        format: one.format.into(),
        language: &one.language,
        file_name: &one.file_name,
        media_type: &one.media_type,
        size_bytes: one.size,
        sha256: &one.sha256,
    });
    Claims {
        report: report.name(),
        owner: report.owner.as_str(),
        template: report.template.into(),
        template_version: report.template_version,
        partner: report.partner.as_ref().map_or("", |partner| partner.as_str()),
        period: PeriodClaim {
            start_date: report.period.first.to_string(),
            end_date: report.period.last.to_string(),
            time_zone: &report.period.zone,
        },
        status: report.status.into(),
        cut_time: manifest.cut.to_string(),
        inputs: &manifest.inputs,
        configuration: &manifest.configuration,
        program_version: &manifest.program_version,
        target: &manifest.target,
        zone_data_version: &manifest.zone_data_version,
        documents: documents.collect(),
        missing_characters: &manifest.missing_characters,
        more_missing_characters: manifest.more_missing_characters,
        country_of_origin: "",
    }
}

/// What is signed of a bulletin with this manifest.
#[must_use]
pub fn bulletin_claims<'a>(bulletin: &'a Bulletin, manifest: &'a Manifest) -> Claims<'a> {
    let country_of_origin = bulletin.origin.as_str();
    Claims { report: bulletin.name(), country_of_origin, ..claims(&bulletin.report, manifest) }
}
