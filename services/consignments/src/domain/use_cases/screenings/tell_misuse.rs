//! Tells both sides of certificates that were used for goods that they do not cover.

use seamless_identity::{ArrangementId, AuthorityId};

use crate::domain::{
    Rules,
    event::{DomainEvent, EventKind},
    model::{CertificateReference, Doubt, Misuse, Screening},
};

/// The events of a screening: one for each certificate that does not count for its goods.
#[must_use]
pub fn misuses(rules: &Rules, screening: &Screening) -> Vec<DomainEvent> {
    let doubtful = screening.facts.doubtful_certificates.iter();
    doubtful.filter_map(|(name, doubt)| told(rules, screening, name, *doubt)).collect()
}

fn told(rules: &Rules, screening: &Screening, name: &str, doubt: Doubt) -> Option<DomainEvent> {
    let reference = CertificateReference::parse(name)?;
    let invoked = screening.consignment.certificates.iter();
    let mut invoked = invoked.filter(|one| one.means(&reference.body, &reference.certificate));
    let matched = screening.facts.inspection_under(name);
    let coverage = matched.and_then(|matched| matched.coverage.as_deref());
    let issuer = rules.pilot.inspection_bodies.get(&reference.body).map(|body| &body.authority);
    let arrangement = match coverage {
        Some(coverage) => Some(coverage.arrangement.clone()),
        None => issuer.and_then(|issuer| connecting(rules, issuer, screening)),
    };
    let mut readers = rules.cooperation.own_side(&screening.authority);
    if let Some(issuer) = issuer.filter(|_| arrangement.is_some()) {
        let theirs = rules.cooperation.own_side(issuer);
        readers.extend(theirs.into_iter().filter(|one| !readers.contains(one)).collect::<Vec<_>>());
    }
    let misuse = Misuse {
        inspection: matched.map(|matched| (matched.id, matched.version)),
        invoked_version: invoked.find_map(|one| one.version),
        body: reference.body,
        certificate: reference.certificate,
        doubt,
        findings: coverage.map(|coverage| coverage.findings.clone()).unwrap_or_default(),
        screening: screening.id,
        authority: screening.authority.clone(),
        entry_point: screening.consignment.entry_point.clone(),
        time: screening.time,
        status: screening.status,
    };
    let kind = EventKind::CertificateMisused(Box::new(misuse));
    Some(DomainEvent { kind, time: screening.time, arrangement, readers })
}

/// The arrangement in force between whoever issues for a body and the side that screened.
fn connecting(rules: &Rules, issuer: &AuthorityId, screening: &Screening) -> Option<ArrangementId> {
    let mut between = rules.cooperation.arrangements_between(issuer, &screening.authority, screening.time);
    between.next().map(|arrangement| arrangement.id.clone())
}
