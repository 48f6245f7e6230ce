//! What goods use of the certificates that cover them, and whether enough is left.
//!
//! Goods are covered by the certificates that they invoke, all of which together may give what they are; where they invoke
//! none that covers them, by the first that matches them. A certificate of which too little is left does not count, and
//! nothing is taken of it: the next that covers them is asked. What is decided here rests on what was recorded with the
//! goods alone, so that it can be replayed.

use jiff::Timestamp;

use super::{
    coverage::NOT_SHOWN,
    model::{
        Amount, CertificateAgreement, CertificateBalance, CertificateFinding, CertificatePart, Claim,
        Coverage, Doubt, Facts, Goods, InspectionOutcome, MatchedInspection, SeenUse, Used, add_to,
    },
};

/// What is said of a certificate as a whole.
const ONE_CONSIGNMENT: &str = "a single consignment";

/// Takes back what was judged of the use of certificates, as if nobody had decided.
pub fn forget(facts: &mut Facts) {
    facts.doubtful_certificates.retain(|(_, doubt)| !doubt.is_of_use());
    for inspection in &mut facts.inspections {
        inspection.doubt = inspection.doubt.filter(|doubt| !doubt.is_of_use());
        let Some(coverage) = &mut inspection.coverage else { continue };
        coverage.findings.retain(|finding| {
            finding.agreement != CertificateAgreement::Exceeded && finding.part != CertificatePart::Arrival
        });
        if let Some(seen) = &mut coverage.seen {
            seen.takes = None;
        }
    }
}

/// Doubts the certificates of what was inspected when the goods were there already, as an earlier version of their declaration
/// says: whoever declares a later arrival has them pass by nothing that was made meanwhile.
pub fn doubt_later(facts: &mut Facts, arrived: Timestamp) {
    for inspection in &mut facts.inspections {
        let Some(coverage) = inspection.coverage.as_deref() else { continue };
        let is_later = coverage.inspected.is_some_and(|inspected| inspected > arrived);
        if !is_later || inspection.doubt.is_some() || inspection.outcome == InspectionOutcome::Fail {
            continue;
        }
        inspection.doubt = Some(Doubt::AfterArrival);
        if inspection.matched_by == "certificate" {
            let name = format!("{}/{}", inspection.body, coverage.certificate);
            facts.doubtful_certificates.push((name, Doubt::AfterArrival));
        }
    }
    // What counts comes first, in the order that it had.
    facts.inspections.sort_by_key(|inspection| inspection.doubt.is_some());
}

/// What a certificate's balance says to goods that would use it.
#[must_use]
pub fn seen(
    claim: &Claim,
    balance: &CertificateBalance,
    goods: &Goods,
    taken: &[(u32, Vec<Used>)],
) -> SeenUse {
    let left = claim.amount.map(|amount| {
        let left = claim
            .from
            .iter()
            .map(|(item, covers)| covers.saturating_sub(balance.used_of(*item, amount.unit)));
        left.collect()
    });
    // Of other items or in another unit nothing is room for these.
    let of_claim = |taken: &[Used]| -> u64 {
        let is_of = |used: &&Used| {
            claim.amount.is_some_and(|amount| amount.unit == used.amount.unit)
                && (claim.from.is_empty() && used.item == 0
                    || claim.from.iter().any(|(item, _)| *item == used.item))
        };
        taken.iter().filter(is_of).fold(0, |sum, used| sum.saturating_add(used.amount.thousandths))
    };
    let before = taken.iter().find(|(item, _)| *item == goods.item).map(|(_, taken)| of_claim(taken));
    let beside = taken.iter().filter(|(item, _)| *item != goods.item);
    SeenUse {
        left: left.unwrap_or_default(),
        before,
        beside: beside.fold(0, |sum, (_, taken)| sum.saturating_add(of_claim(taken))),
        elsewhere: balance.consignments > u64::from(!taken.is_empty()),
        whole_elsewhere: !balance.whole.is_empty() && balance.whole != goods.consignment,
        takes: None,
    }
}

/// Judges which certificates count by what was seen of their use, and what the goods take of them.
pub fn judge(facts: &mut Facts) {
    forget(facts);
    while let Some(asked) = asked_next(&facts.inspections) {
        if take(&mut facts.inspections, &asked) {
            return;
        }
        for place in asked {
            refuse(facts, place);
        }
    }
}

/// The places of the certificates that are asked together; none where nothing counts that could be used.
fn asked_next(inspections: &[MatchedInspection]) -> Option<Vec<usize>> {
    let counts = |one: &MatchedInspection| one.doubt.is_none();
    let first = inspections.iter().position(counts)?;
    let covering = inspections.get(first)?;
    if covering.outcome == InspectionOutcome::Fail || seen_of(covering).is_none() {
        return None;
    }
    let is_alone =
        covering.matched_by != "certificate" || claim_of(covering).is_none_or(|claim| claim.amount.is_none());
    if is_alone {
        return Some(vec![first]);
    }
    let together = inspections.iter().enumerate().filter(|(_, one)| {
        counts(one)
            && one.outcome != InspectionOutcome::Fail
            && one.matched_by == "certificate"
            && seen_of(one).is_some()
            && claim_of(one).is_some_and(|claim| claim.amount.is_some())
    });
    Some(together.map(|(place, _)| place).collect())
}

/// Takes what the goods are from the certificates that are asked; false where they do not have it.
fn take(inspections: &mut [MatchedInspection], asked: &[usize]) -> bool {
    let room = |place: &usize| inspections.get(*place).and_then(room_in);
    let rooms: Option<Vec<u64>> = asked.iter().map(room).collect();
    let Some(rooms) = rooms else { return false };
    let first = asked.first().and_then(|place| inspections.get(*place)).and_then(claim_of);
    let mut wanted = first.and_then(|claim| claim.amount).map_or(0, |amount| amount.thousandths);
    let is_enough = rooms.iter().fold(0_u64, |sum, room| sum.saturating_add(*room)) >= wanted;
    if !is_enough {
        return false;
    }
    let is_uncounted = wanted == 0;
    for (place, room) in asked.iter().zip(rooms) {
        let takes = wanted.min(room);
        wanted -= takes;
        let seen = inspections.get_mut(*place).and_then(|one| one.coverage.as_mut()?.seen.as_mut());
        // Of several, what gives nothing is not used.
        if let Some(seen) = seen.filter(|_| takes > 0 || is_uncounted) {
            seen.takes = Some(takes);
        }
    }
    true
}

/// Whether a certificate that nobody has used gives what goods would use of it.
#[must_use]
pub fn is_enough(claim: &Claim) -> bool {
    let wanted = claim.amount.map_or(0, |amount| amount.thousandths);
    let covered = claim.from.iter().fold(0_u64, |sum, (_, covers)| sum.saturating_add(*covers));
    (claim.from.is_empty() || wanted <= covered) && claim.per_consignment.is_none_or(|each| wanted <= each)
}

/// How many thousandths of a certificate the goods may take, with what they took before; none where it is not for them.
fn room_in(inspection: &MatchedInspection) -> Option<u64> {
    let (claim, seen) = (claim_of(inspection)?, seen_of(inspection)?);
    if claim.single && (seen.whole_elsewhere || claim.is_whole() && seen.elsewhere) {
        return None;
    }
    let before = seen.before.unwrap_or_default();
    let left = match claim.from.is_empty() {
        true => u64::MAX,
        false => seen.left.iter().fold(before, |sum, left| sum.saturating_add(*left)),
    };
    Some(left.min(claim.per_consignment.map_or(u64::MAX, |each| each.saturating_sub(seen.beside))))
}

/// Notes that too little is left of a certificate, and that it does not count.
fn refuse(facts: &mut Facts, place: usize) {
    let Some(inspection) = facts.inspections.get_mut(place) else { return };
    let room = room_in(inspection);
    let doubt = if room.is_some() { Doubt::Overdrawn } else { Doubt::UsedUp };
    inspection.doubt = Some(doubt);
    let is_of_these_goods = !matches!(inspection.matched_by.as_str(), "gtin" | "model" | "lot");
    let body = &inspection.body;
    let Some(coverage) = &mut inspection.coverage else { return };
    coverage.findings.push(exceeded(coverage, room));
    // What only goods of its kind were found by, nobody claimed.
    if is_of_these_goods {
        facts.doubtful_certificates.push((format!("{body}/{}", coverage.certificate), doubt));
    }
}

fn exceeded(coverage: &Coverage, room: Option<u64>) -> CertificateFinding {
    let agreement = CertificateAgreement::Exceeded;
    match (coverage.claim.amount, room) {
        (Some(amount), Some(room)) => CertificateFinding {
            part: CertificatePart::Quantity,
            agreement,
            wants: match coverage.quantity_withheld {
                true => NOT_SHOWN.to_owned(),
                false => format!("at most {}", Amount { thousandths: room, ..amount }),
            },
            got: amount.to_string(),
        },
        _ => CertificateFinding {
            part: CertificatePart::Arrival,
            agreement,
            wants: ONE_CONSIGNMENT.to_owned(),
            got: "another one".to_owned(),
        },
    }
}

/// What the goods of these facts take: the inspection, its claim, and how far it was used.
pub fn taken(facts: &Facts) -> impl Iterator<Item = (&MatchedInspection, &Coverage, &SeenUse)> {
    facts.inspections.iter().filter_map(|inspection| {
        let coverage = inspection.coverage.as_deref()?;
        let seen = coverage.seen.as_ref()?;
        (inspection.doubt.is_none() && seen.takes.is_some()).then_some((inspection, coverage, seen))
    })
}

/// Writes down in a balance what goods take, if it is more than they `had` taken before; gives what they have taken by now.
pub fn write_off(
    balance: &mut CertificateBalance,
    claim: &Claim,
    seen: &SeenUse,
    goods: &Goods,
    is_new_consignment: bool,
    had: &[Used],
) -> Option<Vec<Used>> {
    let takes = seen.takes?;
    let before = seen.before.unwrap_or_default();
    let is_first = seen.before.is_none();
    let mut more = takes.saturating_sub(before);
    let binds = claim.is_whole() && balance.whole.is_empty();
    if !is_first && more == 0 && !binds {
        return None;
    }
    let mut by_now = had.to_vec();
    if let Some(amount) = claim.amount {
        if claim.from.is_empty() {
            add_to(&mut by_now, 0, Amount { thousandths: more, ..amount });
        }
        for ((item, _), left) in claim.from.iter().zip(&seen.left) {
            let part = more.min(*left);
            more -= part;
            if part > 0 {
                let part = Amount { thousandths: part, ..amount };
                add_to(&mut balance.used, *item, part);
                add_to(&mut by_now, *item, part);
            }
        }
    }
    if claim.is_whole() {
        balance.whole.clone_from(&goods.consignment);
    }
    balance.uses += u64::from(is_first);
    balance.consignments += u64::from(is_new_consignment);
    Some(by_now)
}

fn claim_of(inspection: &MatchedInspection) -> Option<&Claim> {
    inspection.coverage.as_deref().map(|coverage| &coverage.claim)
}

fn seen_of(inspection: &MatchedInspection) -> Option<&SeenUse> {
    inspection.coverage.as_deref().and_then(|coverage| coverage.seen.as_ref())
}
