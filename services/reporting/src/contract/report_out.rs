//! Reports in the form of the contract: whole, for whoever sees all of them.

use jiff::civil::Date;
use seamless_api::{
    etag_out,
    violations::{duration_out, timestamp_out},
};
use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::CivilDate};

use crate::domain::{
    model::{
        DocumentFile, Input, Manifest, Period, Report, ReportTemplate, publication_name, report_name,
        schedule_name,
    },
    records::Record,
};

/// The report.
#[must_use]
pub fn report_out(report: &Report) -> wire::Report {
    wire::Report {
        name: publication_name(report.id, report.template == ReportTemplate::HazardBulletin),
        uid: report.id.to_string(),
        create_time: Some(timestamp_out(report.create_time)),
        update_time: Some(timestamp_out(report.update_time)),
        etag: etag_out(report.revision),
        owner: report.owner.to_string(),
        template: report.template as i32,
        template_version: number_out(report.template_version.into()),
        partner: partner_out(report),
        period: Some(period_out(&report.period)),
        status: report.status as i32,
        state: report.state as i32,
        failure: report.failure.clone(),
        manifest: report.manifest.as_ref().map(|manifest| manifest_out(report, manifest)),
        signature: report.signature.clone(),
        approve_time: report.approve_time.map(timestamp_out),
        approved_by: report.approved_by.clone(),
        publish_time: report.publish_time.map(timestamp_out),
        readers: report.readers.iter().map(ToString::to_string).collect(),
        restates: report.restates.map(report_name).unwrap_or_default(),
        schedule: report.schedule.map(schedule_name).unwrap_or_default(),
        intended_time: report.intended.map(timestamp_out),
        publish_to: report.publish_to.iter().map(ToString::to_string).collect(),
        approve_automatically: report.approve_automatically,
        for_others: report.for_others,
        lag: report.manifest.as_ref().and_then(|manifest| manifest.lag).map(duration_out),
        progress: None,
    }
}

/// What a report was made of, and what came of it.
#[must_use]
pub fn manifest_out(report: &Report, manifest: &Manifest) -> wire::ReportManifest {
    let configuration = manifest.configuration.iter();
    wire::ReportManifest {
        report: report.name(),
        owner: report.owner.to_string(),
        template: report.template as i32,
        template_version: number_out(report.template_version.into()),
        partner: partner_out(report),
        period: Some(period_out(&report.period)),
        status: report.status as i32,
        cut_time: Some(timestamp_out(manifest.cut)),
        inputs: manifest.inputs.iter().map(input_out).collect(),
        configuration: configuration
            .map(|one| wire::InputDigest { name: one.name.clone(), sha256: one.sha256.clone() })
            .collect(),
        program_version: manifest.program_version.clone(),
        target: manifest.target.clone(),
        zone_data_version: manifest.zone_data_version.clone(),
        documents: manifest.documents.iter().map(document_out).collect(),
        missing_characters: manifest.missing_characters.clone(),
        more_missing_characters: number_out(manifest.more_missing_characters),
        country_of_origin: String::new(),
    }
}

/// How far a feed was read.
#[must_use]
pub fn input_out(input: &Input) -> wire::ReportInput {
    wire::ReportInput {
        source: input.source.clone(),
        position: input.position,
        events: number_out(input.events),
        last_event_time: input.last_event_time.map(timestamp_out),
        content_sha256: input.content_sha256.clone(),
        alerts_lost: number_out(input.alerts_lost),
        rights_narrowed: number_out(input.rights_narrowed.unwrap_or_default()),
        facts_sha256: input.facts_sha256.clone(),
    }
}

fn partner_out(report: &Report) -> String {
    report.partner.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn document_out(document: &DocumentFile) -> wire::ReportDocument {
    wire::ReportDocument {
        format: document.format as i32,
        language: document.language.clone(),
        file_name: document.file_name.clone(),
        media_type: document.media_type.clone(),
        size_bytes: number_out(document.size),
        sha256: document.sha256.clone(),
    }
}

pub(super) fn period_out(period: &Period) -> wire::ReportPeriod {
    wire::ReportPeriod {
        start_date: Some(day_out(period.first)),
        end_date: Some(day_out(period.last)),
        time_zone: period.zone.clone(),
    }
}

/// A day.
pub(super) fn day_out(day: Date) -> CivilDate {
    CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() }
}

pub(super) fn number_out<T: TryFrom<u64> + Default>(number: u64) -> T {
    T::try_from(number).unwrap_or_default()
}
