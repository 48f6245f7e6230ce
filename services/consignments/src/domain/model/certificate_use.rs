//! What a certificate covers of goods, what was left of it for them, and what arrivals have used of it.
//!
//! Invariant: goods are known by their declaration and goods item, or by their screening where there is no declaration; the
//! same goods use a certificate once. What was used is never given back.

use jiff::Timestamp;
use seamless_identity::ArrangementId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Consignment, InspectionContent, InspectionId, ReuseTerms,
    quantity::{Amount, Unit},
    vocabulary::{CertificateAgreement, CertificatePart},
};

/// Where goods and a certificate disagree, or cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFinding {
    pub part: CertificatePart,
    pub agreement: CertificateAgreement,
    /// What the certificate covers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wants: String,
    /// Empty where the goods state nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub got: String,
}

/// A pre-inspection's certificate beside goods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    pub certificate: String,
    pub arrangement: ArrangementId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<CertificateFinding>,
    pub claim: Claim,
    /// What it covers is not shown to parties: what is left is not told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quantity_withheld: bool,
    /// None where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenUse>,
    /// When the goods were inspected; not kept in screenings of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspected: Option<Timestamp>,
}

/// What goods would use of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// None where no quantity is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// What it may be taken from, in this order: items by their places, with how many thousandths of the amount's unit each
    /// covers. None where no total is counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<(u32, u64)>,
    /// Thousandths of the amount's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_consignment: Option<u64>,
    /// The certificate covers a single consignment.
    pub single: bool,
}

impl Claim {
    /// Whether one consignment takes the whole certificate, since no quantity can be counted.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.single && self.amount.is_none()
    }
}

/// How far a certificate was used when goods were decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenUse {
    /// What was left of each that the claim takes from, in its order, in thousandths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<u64>,
    /// What the same goods had taken before; none where they had not used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// What other goods of the same consignment had taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub beside: u64,
    /// Another consignment had used it.
    #[serde(default)]
    pub elsewhere: bool,
    /// Another consignment had taken it as a whole.
    #[serde(default)]
    pub whole_elsewhere: bool,
    /// What the decision takes of it, with what was taken before; none where it takes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<u64>,
}

/// What arrivals have used of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateBalance {
    pub inspection: InspectionId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Used>,
    /// How many goods used it.
    pub uses: u64,
    /// How many consignments they belong to.
    pub consignments: u64,
    /// The consignment that has taken it as a whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub whole: String,
    pub last_use: Timestamp,
    /// Counts every change from 1 on; 0 for what is not stored yet.
    pub revision: i64,
}

/// What was used of an item, or of a reusable certificate's total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The place of the item in the certificate; 0 for the total.
    pub item: u32,
    pub amount: Amount,
}

/// Goods as they use certificates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Goods {
    /// `declarations/{movement reference number}`, or `screenings/{screening}` without one: of goods that were declared before,
    /// what they were known as first.
    pub consignment: String,
    /// The goods item of the declaration; 0 without one.
    pub item: u32,
}

impl Goods {
    /// The goods of a screening, whatever it is declared by: others had its number before.
    #[must_use]
    pub fn alone(screening: Uuid) -> Self {
        Self { consignment: super::screening_name(screening), item: 0 }
    }

    /// The goods of a screening. Whatever comes under the same declaration and goods item is the same goods.
    #[must_use]
    pub fn of(screening: Uuid, consignment: &Consignment) -> Self {
        match consignment.declared_number() {
            None => Self::alone(screening),
            Some(number) => {
                Self { consignment: format!("declarations/{number}"), item: consignment.goods_item_number }
            }
        }
    }
}

impl CertificateBalance {
    /// A certificate that nobody has used.
    #[must_use]
    pub fn unused(inspection: InspectionId) -> Self {
        Self {
            inspection,
            used: Vec::new(),
            uses: 0,
            consignments: 0,
            whole: String::new(),
            last_use: Timestamp::UNIX_EPOCH,
            revision: 0,
        }
    }

    /// What was used of an item in a unit, in thousandths.
    #[must_use]
    pub fn used_of(&self, item: u32, unit: Unit) -> u64 {
        let of_it = self.used.iter().find(|used| used.item == item && used.amount.unit == unit);
        of_it.map_or(0, |used| used.amount.thousandths)
    }

    /// What is counted by quantity of a certificate with this content: the item, what it covers, and what was used of it, in
    /// thousandths.
    #[must_use]
    pub fn quantities(&self, content: &InspectionContent) -> Vec<(u32, Amount, u64)> {
        let counted: Vec<(u32, Amount)> = match &content.reuse {
            _ if !content.reusable => {
                let items = (0..).zip(&content.items);
                let counted = items.filter_map(|(place, item)| Some((place, item.amount()?)));
                counted.collect()
            }
            Some(terms) => terms.total().map(|total| (0, total)).into_iter().collect(),
            None => Vec::new(),
        };
        counted.into_iter().map(|(item, covers)| (item, covers, self.used_of(item, covers.unit))).collect()
    }
}

/// Adds to what was used of an item in a unit.
pub fn add_to(all: &mut Vec<Used>, item: u32, amount: Amount) {
    let of_it = all.iter_mut().find(|used| used.item == item && used.amount.unit == amount.unit);
    match of_it {
        Some(used) => {
            used.amount.thousandths = used.amount.thousandths.saturating_add(amount.thousandths);
        }
        None => all.push(Used { item, amount }),
    }
}

impl ReuseTerms {
    /// The most that may arrive in all, in a unit that is known.
    #[must_use]
    pub fn total(&self) -> Option<Amount> {
        Amount::of(self.total_quantity?, &self.quantity_unit)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
