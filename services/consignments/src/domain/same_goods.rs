//! Whether goods may be those that were declared before: nobody is to go by the luck or the papers of other goods.

use jiff::{SignedDuration, civil::Date};
use seamless_identifiers::identifies_nothing;

use super::{
    model::{Amount, Consignment, Heading, Screening, plain},
    parties::{Compares, same_party},
};

/// Goods are declared for a procedure within so many days of their arrival: as long as they may lie in temporary storage
/// (Regulation (EU) No 952/2013, Article 149).
const DECLARED_WITHIN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// By so much a gross mass may be greater than it was: goods are weighed again, with other packaging.
const WEIGHED_AGAIN: f64 = 1.1;

/// How goods compare with those of an earlier declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// They may be the same.
    Same,
    /// They may be the same, but there are more of them.
    More,
    /// Something that both state differs, or nothing that tells goods apart is stated by both.
    Unproved,
    /// They travel otherwise: other transport documents, containers or references.
    Other,
}

/// Whether goods that are declared today may be those whose first version is of that day. When they are said to arrive does not
/// count: whoever declares them says it.
#[must_use]
pub fn is_in_time(today: Date, first: Date) -> bool {
    today.duration_since(first).abs() <= DECLARED_WITHIN
}

/// How much of goods was stated first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HowMuch {
    /// The gross mass in kilograms.
    pub mass: Option<f64>,
    /// The quantity in each unit in which one was stated.
    pub amounts: Vec<Amount>,
}

impl HowMuch {
    /// Of the goods of a screening, in all versions up to this.
    #[must_use]
    pub fn of(screening: &Screening) -> Self {
        Self { mass: screening.mass(), amounts: screening.amounts() }
    }
}

/// Compares goods with what was declared before, and with how much of them was stated `first`. Something of transport
/// documents, containers and reference must be stated by both, and agree. What was not stated before may be stated now; heading,
/// exporter and how much there is are not left out again, since anything could be stated after that.
#[must_use]
pub fn alike(goods: &Consignment, before: &Consignment, first: &HowMuch) -> Alike {
    let containers =
        |goods: &Consignment| goods.containers.iter().map(ToString::to_string).collect::<Vec<String>>();
    let reference = |goods: &Consignment| known(std::slice::from_ref(&goods.unique_consignment_reference));
    let parts = [
        share(&known(&goods.transport_documents), &known(&before.transport_documents)),
        share(&containers(goods), &containers(before)),
        share(&reference(goods), &reference(before)),
    ];
    let (is_shared, differs) = (parts.contains(&Some(true)), parts.contains(&Some(false)));
    if differs && !is_shared {
        return Alike::Other;
    }
    if differs || !is_shared || is_of_another_kind(goods, before) {
        return Alike::Unproved;
    }
    if is_more(goods, before, first) { Alike::More } else { Alike::Same }
}

/// What is stated, in one spelling, without words for "not known".
fn known(all: &[String]) -> Vec<String> {
    let stated = all.iter().filter(|one| !identifies_nothing(one)).map(|one| plain(one));
    stated.filter(|one| !one.is_empty()).collect()
}

/// Whether two lists have one in common; none where one of them is empty.
fn share(one: &[String], other: &[String]) -> Option<bool> {
    let is_stated = !one.is_empty() && !other.is_empty();
    is_stated.then(|| one.iter().any(|own| other.contains(own)))
}

/// Whether the heading or the exporter is not the one that was declared.
fn is_of_another_kind(goods: &Consignment, before: &Consignment) -> bool {
    let heading = |goods: &Consignment| goods.commodity_code.as_ref().and_then(Heading::of);
    let former = heading(before);
    former.is_some() && heading(goods) != former
        || matches!(same_party(&before.exporter, &goods.exporter), Compares::Not(_))
}

/// Whether there are more than before: by quantity or by gross mass, the one or the other: few pieces can be heavy. Both are held
/// against what was stated first: a tenth more each time comes to any number, and so does a quantity that is left out in between.
/// There may be more where neither can be compared, though something was said of it.
fn is_more(goods: &Consignment, before: &Consignment, first: &HowMuch) -> bool {
    let counted = goods.amount().and_then(|own| {
        let first = first.amounts.iter().find(|first| first.unit == own.unit)?;
        Some(own.thousandths > first.thousandths)
    });
    let weighed = goods.gross_mass_kg.zip(first.mass);
    let has_grown = [counted, weighed.map(|(own, first)| own > first * WEIGHED_AGAIN)];
    let is_unsaid = has_grown == [None, None];
    let was_said = before.quantity.is_some() || !first.amounts.is_empty() || first.mass.is_some();
    has_grown.contains(&Some(true)) || is_unsaid && was_said
}
