//! Gathers what is known of arriving goods: alerts, pre-inspections with the trust in their bodies, criteria, and what the
//! risk model says. Many goods at once need few looks at the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Rules, Violation,
    alerts::Bounds,
    coverage::Comparison,
    criteria::Criterion,
    decide::Draft,
    doubts::doubted,
    model::{
        CertificateReference, Consignment, DeclarationKey, Doubt, EventStatus, Facts, InspectionKey,
        InspectionOutcome, KnownInspection, MatchedInspection, ScreeningId, Trust, Unread, Verdict,
        trust_name,
    },
    pilot::ProductArea,
    ports::{InspectionMatcher, RecordReader},
    records::{RecordQuery, record},
    risk::InUse,
    watched_alerts::WatchedAlerts,
};

/// Pre-inspections that are told of one consignment.
const TOLD: usize = 5;

/// Goods to be screened.
#[derive(Clone, Debug)]
pub struct Arriving {
    pub id: ScreeningId,
    pub consignment: Consignment,
    /// What could not be read of them.
    pub unread: Vec<Unread>,
    pub status: EventStatus,
}

/// Reliabilities as they were read, by their names, to be shared by all who ask within a moment.
pub type TrustRead = Mutex<HashMap<String, Option<Arc<Trust>>>>;

/// Gathers facts for one side.
pub struct GatherFacts<'a> {
    pub rules: &'a Rules,
    pub inspections: &'a dyn InspectionMatcher,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub trust: &'a TrustRead,
    pub alerts: &'a WatchedAlerts,
    pub models: &'a InUse,
    /// Those in force, of the caller's side.
    pub criteria: &'a [Criterion],
}

impl GatherFacts<'_> {
    /// What is known of each, or what is wrong with it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        arriving: Vec<Arriving>,
        now: Timestamp,
    ) -> Result<Vec<Result<Draft, Vec<Violation>>>, DomainError> {
        let side = self.rules.cooperation.contact_point_of(&caller.authority).clone();
        let keys_of_each: Vec<_> = arriving.iter().map(|one| keys_of(&one.consignment)).collect();
        let keys: Vec<&InspectionKey> = keys_of_each.iter().flatten().map(|(key, _)| key).collect();
        let known = match keys.is_empty() {
            true => HashMap::new(),
            false => self.inspections.inspection_by_key(&keys).await?,
        };
        let mut drafts = Vec::with_capacity(arriving.len());
        let trust = TrustInHand { side: &side, records: self.records, known: self.trust };
        for (one, keys) in arriving.into_iter().zip(&keys_of_each) {
            let wrong = self.wrong(caller, &one.consignment, now);
            drafts.push(match wrong.is_empty() {
                true => Ok(self.draft(caller, one, keys, &known, &trust, now).await?),
                false => Err(wrong),
            });
        }
        Ok(drafts)
    }

    /// What is wrong with where and when the goods arrive.
    fn wrong(&self, caller: &Caller, consignment: &Consignment, now: Timestamp) -> Vec<Violation> {
        let Consignment { entry_point, arrival, .. } = consignment;
        let place = self.rules.wrong_entry_point("consignment.entry_point", caller, entry_point);
        let time = self.rules.arrivals.wrong("consignment.arrival_time", *arrival, now);
        place.into_iter().chain(time).collect()
    }

    async fn draft(
        &self,
        caller: &Caller,
        arriving: Arriving,
        keys: &[(InspectionKey, &'static str)],
        known: &HashMap<String, Vec<Arc<KnownInspection>>>,
        trust: &TrustInHand<'_>,
        now: Timestamp,
    ) -> Result<Draft, DomainError> {
        let Arriving { id, consignment, unread, status } = arriving;
        let numbers = &self.rules.pilot.decision;
        let area = self.rules.pilot.area_of(consignment.commodity_code.as_ref());
        let bounds = Bounds { least: numbers.least_match, mandatory: numbers.mandatory_match };
        let (alerts, alerts_known_until) = self.alerts.matched(trust.side, &consignment, &bounds);
        let (model, score, shadow) = self.models.score(&consignment);
        let mut inspections = Vec::new();
        let own = Comparison::of(&consignment);
        for (inspection, matched_by) in self.candidates(caller, keys, known, status, now) {
            let (doubt, coverage) = doubted(&inspection, &consignment, &own, now);
            let judged = trust.of(&inspection, area, &consignment).await?;
            let verdict = judged.as_ref().map_or(Verdict::NotEnoughEvidence, |trust| trust.verdict);
            // What nobody knows of unchecked goods cannot say how much better the passed ones are.
            let least = self.rules.pilot.reliability.minimum_examinations;
            let ratio = judged.filter(|trust| trust.not_checked.examined >= least);
            inspections.push(MatchedInspection {
                id: inspection.id,
                version: inspection.version,
                body: inspection.body.clone(),
                outcome: inspection.outcome,
                matched_by: matched_by.to_owned(),
                verdict,
                ratio: ratio.map(|trust| trust.false_pass.mean / trust.unchecked.mean),
                doubt,
                coverage: Some(Box::new(coverage)),
            });
        }
        let doubtful_certificates = doubtful(&consignment, known, &inspections);
        inspections.sort_by_key(rank);
        // What goods invoke counts together, however many certificates it is.
        let invoked = inspections.iter().filter(|one| one.matched_by == "certificate").count();
        inspections.truncate(TOLD.max(invoked));
        let holding = self.criteria.iter().filter(|criterion| criterion.holds(now));
        let facts = Facts {
            model,
            score,
            shadow,
            alerts,
            alerts_known_until,
            inspections,
            doubtful_certificates,
            criteria: holding.filter_map(|criterion| criterion.hit(&consignment)).collect(),
            harm_weight: area.map_or(1.0, |area| area.harm_weight),
            numbers: None,
            unread,
            version: None,
            demanded: false,
            failed: None,
        };
        Ok(Draft {
            id,
            declared: DeclarationKey::of(&caller.authority, &consignment, status),
            previous: DeclarationKey::before(&caller.authority, &consignment, status),
            authority: caller.authority.clone(),
            area: area.map(|area| area.id.clone()),
            consignment,
            status,
            facts,
            lot: None,
            kept: None,
        })
    }

    /// The pre-inspections that share a key with the goods, of the same kind of case, and that the caller may see.
    fn candidates(
        &self,
        caller: &Caller,
        keys: &[(InspectionKey, &'static str)],
        known: &HashMap<String, Vec<Arc<KnownInspection>>>,
        status: EventStatus,
        now: Timestamp,
    ) -> Vec<(Arc<KnownInspection>, &'static str)> {
        let mut found: Vec<(Arc<KnownInspection>, &'static str)> = Vec::new();
        for &(ref key, told_as) in keys {
            for inspection in known.get(key.as_str()).into_iter().flatten() {
                let is_seen =
                    self.rules.cooperation.is_open_to_side(&inspection.arrangement, &caller.authority, now)
                        || self.rules.cooperation.sees_as_owner(&inspection.originator, &caller.authority);
                let is_known = found.iter().any(|(one, _)| one.id == inspection.id);
                if is_seen && !is_known && inspection.status == status {
                    found.push((inspection.clone(), told_as));
                }
            }
        }
        found
    }
}

/// Reliabilities of one side, each looked up once.
struct TrustInHand<'a> {
    side: &'a AuthorityId,
    records: &'a dyn RecordReader<RecordQuery>,
    known: &'a TrustRead,
}

impl TrustInHand<'_> {
    /// The trust in the inspection's body for such goods: at their entry point if there is a verdict, else over all.
    async fn of(
        &self,
        inspection: &KnownInspection,
        area: Option<&ProductArea>,
        consignment: &Consignment,
    ) -> Result<Option<Arc<Trust>>, DomainError> {
        let Some(area) = area else { return Ok(None) };
        let body = &inspection.body;
        let here = trust_name(self.side, body, &area.id, Some(&consignment.entry_point));
        if let Some(trust) = self.look(here).await?
            && trust.verdict != Verdict::NotEnoughEvidence
        {
            return Ok(Some(trust));
        }
        self.look(trust_name(self.side, body, &area.id, None)).await
    }

    async fn look(&self, name: String) -> Result<Option<Arc<Trust>>, DomainError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = record::<Trust, _>(self.records, &name).await?.map(Arc::new);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name, found.clone());
        Ok(found)
    }
}

/// What the goods' pre-inspections are looked up by, and how that is told.
fn keys_of(consignment: &Consignment) -> Vec<(InspectionKey, &'static str)> {
    let mut keys: Vec<(InspectionKey, &'static str)> = Vec::new();
    let certificates = consignment.certificates.iter();
    keys.extend(
        certificates.map(|one| (InspectionKey::certificate(&one.body, &one.certificate), "certificate")),
    );
    keys.extend(
        InspectionKey::reference(&consignment.unique_consignment_reference)
            .map(|key| (key, "unique consignment reference")),
    );
    let documents = consignment.transport_documents.iter();
    keys.extend(
        documents
            .filter_map(|one| InspectionKey::transport_document(one))
            .map(|key| (key, "transport document")),
    );
    keys.extend(consignment.containers.iter().map(|one| (InspectionKey::container(one), "container")));
    let lots = consignment.lots.iter();
    keys.extend(
        lots.filter_map(|lot| InspectionKey::lot(&consignment.manufacturer, lot)).map(|key| (key, "lot")),
    );
    keys.extend(consignment.gtins.iter().map(|gtin| (InspectionKey::gtin(gtin), "gtin")));
    let models = consignment.models.iter();
    keys.extend(
        models
            .filter_map(|model| InspectionKey::model(&consignment.manufacturer, model))
            .map(|key| (key, "model")),
    );
    keys
}

/// What counts comes first; of that, what was said of these very goods before what was said of others of their kind; and of
/// that a failure, so that no second body's pass hides it, and then the certificate that is invoked.
fn rank(one: &MatchedInspection) -> (bool, bool, bool, bool) {
    let is_of_the_kind = matches!(one.matched_by.as_str(), "gtin" | "model");
    let is_invoked = one.matched_by == "certificate";
    (one.doubt.is_some(), is_of_the_kind, one.outcome != InspectionOutcome::Fail, !is_invoked)
}

/// The certificates that are invoked and do not count, with why.
fn doubtful(
    consignment: &Consignment,
    known: &HashMap<String, Vec<Arc<KnownInspection>>>,
    matched: &[MatchedInspection],
) -> Vec<(String, Doubt)> {
    let doubt_in = |reference: &CertificateReference| {
        let key = InspectionKey::certificate(&reference.body, &reference.certificate);
        let of_it = known.get(key.as_str()).into_iter().flatten();
        let mut told = of_it.filter_map(|one| matched.iter().find(|matched| matched.id == one.id));
        match told.next() {
            None => Some(Doubt::Unknown),
            Some(matched) => matched.doubt,
        }
    };
    let doubted = consignment.certificates.iter().filter_map(|reference| {
        Some((format!("{}/{}", reference.body, reference.certificate), doubt_in(reference)?))
    });
    doubted.collect()
}
