//! What goods use of certificates, as this replica knows it: read for each batch, and running ahead of the store by the
//! batch that is being written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::{
    domain::{
        DomainError,
        certificate_use::{seen, taken, write_off},
        decide::Draft,
        model::{CertificateBalance, EventStatus, Goods, InspectionId, Screening, Used},
    },
    store::{CertificateUse, Store},
};

/// Certificates of the goods that are decided on.
pub(super) struct Certificates {
    store: Store,
    known: HashMap<InspectionId, Certificate>,
    /// Those that something was taken of since the changes were taken last.
    changed: BTreeSet<InspectionId>,
    new_uses: BTreeMap<(InspectionId, Goods), Vec<Used>>,
}

/// A certificate, and what goods of the consignments that were asked about have taken of it.
struct Certificate {
    balance: CertificateBalance,
    taken: HashMap<String, Vec<(u32, Vec<Used>)>>,
}

impl Certificates {
    pub fn new(store: Store) -> Self {
        Self { store, known: HashMap::new(), changed: BTreeSet::new(), new_uses: BTreeMap::new() }
    }

    /// Forgets all: they are read again. For when the store did not take what was decided.
    pub fn forget(&mut self) {
        self.known.clear();
        self.changed.clear();
        self.new_uses.clear();
    }

    /// Reads what these consignments have taken of certificates, and what was used of them in all, where it is not known.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&mut self, asked: BTreeSet<(InspectionId, String)>) -> Result<(), DomainError> {
        let is_taken_known = |(inspection, consignment): &(InspectionId, String)| {
            self.known.get(inspection).is_some_and(|known| known.taken.contains_key(consignment))
        };
        let inspections: BTreeSet<InspectionId> = asked.iter().map(|(inspection, _)| *inspection).collect();
        let inspections: Vec<InspectionId> =
            inspections.into_iter().filter(|inspection| !self.known.contains_key(inspection)).collect();
        let uses: Vec<(InspectionId, String)> =
            asked.into_iter().filter(|one| !is_taken_known(one)).collect();
        if !inspections.is_empty() {
            let unused = |id: &InspectionId| {
                (*id, Certificate { balance: CertificateBalance::unused(*id), taken: HashMap::new() })
            };
            self.known.extend(inspections.iter().map(unused));
            for balance in self.store.certificate_balances(&inspections).await? {
                let taken = HashMap::new();
                self.known.insert(balance.inspection, Certificate { balance, taken });
            }
        }
        if !uses.is_empty() {
            // The balances were read before: whoever used one since makes the next write fail.
            let stored = self.store.certificate_uses(&uses).await?;
            for (inspection, consignment) in uses {
                let Some(certificate) = self.known.get_mut(&inspection) else { continue };
                certificate.taken.insert(consignment, Vec::new());
            }
            for one in stored {
                let certificate = self.known.get_mut(&one.inspection);
                let taken = certificate.and_then(|known| known.taken.get_mut(&one.goods.consignment));
                if let Some(taken) = taken {
                    taken.push((one.goods.item, one.taken));
                }
            }
        }
        Ok(())
    }

    /// Notes with the goods how far the certificates that could cover them were used. Drills see them as nobody used them.
    pub fn see(&self, draft: &mut Draft, goods: &Goods) {
        for inspection in &mut draft.facts.inspections {
            let Some(coverage) = inspection.coverage.as_mut().filter(|_| inspection.doubt.is_none()) else {
                continue;
            };
            let known = self.known.get(&inspection.id).filter(|_| draft.status == EventStatus::Actual);
            let unused = CertificateBalance::unused(inspection.id);
            let balance = known.map_or(&unused, |known| &known.balance);
            let taken = known.and_then(|known| known.taken.get(&goods.consignment));
            let taken = taken.map_or(&[][..], Vec::as_slice);
            coverage.seen = Some(seen(&coverage.claim, balance, goods, taken));
        }
    }

    /// Writes off what decided goods take. Drills take nothing.
    pub fn take(&mut self, screening: &Screening, now: Timestamp) {
        if screening.status != EventStatus::Actual {
            return;
        }
        let goods = screening.goods();
        for (inspection, coverage, seen) in taken(&screening.facts) {
            let Some(certificate) = self.known.get_mut(&inspection.id) else { continue };
            let of_consignment = certificate.taken.entry(goods.consignment.clone()).or_default();
            let is_new = of_consignment.is_empty();
            let balance = &mut certificate.balance;
            let had = of_consignment.iter().find(|(item, _)| *item == goods.item);
            let had = had.map_or(&[][..], |(_, had)| had.as_slice());
            let by_now = write_off(balance, &coverage.claim, seen, &goods, is_new, had);
            let Some(by_now) = by_now else { continue };
            balance.last_use = now;
            of_consignment.retain(|(item, _)| *item != goods.item);
            of_consignment.push((goods.item, by_now.clone()));
            self.changed.insert(inspection.id);
            self.new_uses.insert((inspection.id, goods.clone()), by_now);
        }
    }

    /// The balances that were changed since they were taken last, at their next revision, and the uses that changed them.
    /// All others are read again when they are asked for.
    pub fn take_changes(&mut self) -> (Vec<CertificateBalance>, Vec<CertificateUse>) {
        let changed = std::mem::take(&mut self.changed);
        self.known.retain(|id, _| changed.contains(id));
        let mut balances = Vec::with_capacity(changed.len());
        for id in changed {
            let Some(certificate) = self.known.get_mut(&id) else { continue };
            certificate.balance.revision += 1;
            balances.push(certificate.balance.clone());
        }
        let uses = std::mem::take(&mut self.new_uses).into_iter();
        let uses = uses.map(|((inspection, goods), taken)| CertificateUse { inspection, goods, taken });
        (balances, uses.collect())
    }
}

/// The pre-inspections whose certificates could cover the goods.
pub(super) fn usable(draft: &Draft) -> impl Iterator<Item = InspectionId> {
    let inspections = draft.facts.inspections.iter();
    inspections.filter(|one| one.doubt.is_none() && one.coverage.is_some()).map(|one| one.id)
}
