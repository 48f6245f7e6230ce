//! Where texts do not keep to the glossary.

use super::Listed;
use crate::domain::{glossary::Glossary, model::TermFinding, recall::version_in};

/// The findings, numbered from 1 on, in the order of alerts and texts.
pub(super) fn of(listed: &[Listed], glossary: &Glossary) -> Vec<TermFinding> {
    let mut findings: Vec<TermFinding> = Vec::new();
    for Listed { alert, .. } in listed {
        for (field, text) in alert.texts() {
            let Some((english, chinese)) = version_in(text, "en").zip(version_in(text, "zh")) else {
                continue;
            };
            for missed in glossary.missed(&english.text, &chinese.text) {
                findings.push(TermFinding {
                    number: u32::try_from(findings.len() + 1).unwrap_or(u32::MAX),
                    alert: alert.name.clone(),
                    field: field.to_owned(),
                    term: missed.term.english.clone(),
                    found: missed.found,
                    wanted: missed.term.wanted(),
                    acceptance: None,
                });
            }
        }
    }
    findings
}
