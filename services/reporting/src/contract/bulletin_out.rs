//! Bulletins in the form of the contract: whole, for whoever sees all of them; and the glossary that they are held to.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::CivilDate};

use super::{manifest_out, report_out};
use crate::domain::{
    glossary::{Glossary, Term},
    model::{Acceptance, Bulletin, TermFinding, bulletin_name},
    records::Record,
};

/// The bulletin.
#[must_use]
pub fn bulletin_out(bulletin: &Bulletin) -> wire::Bulletin {
    let Bulletin { report, origin, alerts, findings, more_findings: _ } = bulletin;
    let stands = report_out(report);
    let month = bulletin.month();
    let manifest = report.manifest.as_ref().map(|manifest| wire::ReportManifest {
        report: bulletin.name(),
        country_of_origin: origin.to_string(),
        ..manifest_out(report, manifest)
    });
    wire::Bulletin {
        name: bulletin.name(),
        uid: stands.uid,
        create_time: stands.create_time,
        update_time: stands.update_time,
        etag: stands.etag,
        owner: stands.owner,
        recalling_authority: stands.partner,
        country_of_origin: origin.to_string(),
        month: Some(CivilDate { year: month.year.into(), month: month.month.into(), day: 0 }),
        status: stands.status,
        state: stands.state,
        failure: stands.failure,
        manifest,
        signature: stands.signature,
        approve_time: stands.approve_time,
        approved_by: stands.approved_by,
        publish_time: stands.publish_time,
        readers: stands.readers,
        restates: report.restates.map(bulletin_name).unwrap_or_default(),
        alert_count: i32::try_from(*alerts).unwrap_or(i32::MAX),
        findings: findings.iter().map(finding_out).collect(),
        lag: stands.lag,
        progress: None,
        schedule: stands.schedule,
        intended_time: stands.intended_time,
        publish_to: stands.publish_to,
    }
}

/// A finding, and why it may stand.
#[must_use]
pub fn finding_out(finding: &TermFinding) -> wire::TermFinding {
    let acceptance = |Acceptance { reason, by, time }: &Acceptance| wire::TermAcceptance {
        reason: reason.clone(),
        accepted_by: by.clone(),
        accept_time: Some(timestamp_out(*time)),
    };
    wire::TermFinding {
        number: i32::try_from(finding.number).unwrap_or(i32::MAX),
        alert: finding.alert.clone(),
        field: finding.field.clone(),
        term: finding.term.clone(),
        found: finding.found.clone(),
        wanted: finding.wanted.clone(),
        acceptance: finding.acceptance.as_ref().map(acceptance),
    }
}

/// The glossary.
#[must_use]
pub fn glossary_out(glossary: &Glossary) -> wire::Glossary {
    let term = |term: &Term| wire::GlossaryTerm {
        english: term.english.clone(),
        english_variants: term.english_variants.clone(),
        chinese: term.chinese.clone(),
        chinese_variants: term.chinese_variants.clone(),
        reviewed_by: term.reviewed_by.clone(),
        review_date: term.reviewed_on.map(|day| CivilDate {
            year: day.year().into(),
            month: day.month().into(),
            day: day.day().into(),
        }),
    };
    wire::Glossary {
        terms: glossary.terms().iter().map(term).collect(),
        sha256: glossary.sha256().to_owned(),
    }
}
