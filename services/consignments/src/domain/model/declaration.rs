//! What goods are declared as, by which they are found and drawn, and what is kept of one version for the next.

use jiff::Timestamp;
use seamless_identifiers::MovementReference;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Amount, Consignment, Goods, InspectionId,
    spelling::plain,
    vocabulary::{EventStatus, Lane, Selection},
};

/// What an item is declared as, by one authority: `{authority}/{reference}/{item}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeclarationKey(String);

impl DeclarationKey {
    /// Of an item of a declaration. Of the reference letters and digits count, in whichever case.
    #[must_use]
    pub fn new(authority: &AuthorityId, reference: &str, item: u32) -> Self {
        Self(format!("{authority}/{}/{item}", plain(reference)))
    }

    /// As it was stored.
    #[must_use]
    pub fn stored(key: String) -> Self {
        Self(key)
    }

    /// What these goods are declared as: by their movement reference number, or, before there is one, by the item of their
    /// transport documents, all of them: many goods travel under one master document. A transport document that reads as a movement
    /// reference number, with whatever between its letters, is none: that is another declaration's. None for what is neither, and for what is not actual: it has no
    /// part in what happens.
    #[must_use]
    pub fn of(authority: &AuthorityId, goods: &Consignment, status: EventStatus) -> Option<Self> {
        if status != EventStatus::Actual {
            return None;
        }
        let item = goods.goods_item_number;
        if let Some(number) = goods.declared_number() {
            return Some(Self(format!("{authority}/{number}/{item}")));
        }
        // Without a number of its own, an item is not told from others of its document.
        if item == 0 {
            return None;
        }
        let is_document =
            |document: &&String| is_number(document) && MovementReference::parse(&plain(document)).is_err();
        let documents = goods.transport_documents.iter().filter(is_document);
        let mut documents: Vec<String> = documents.map(|document| plain(document)).collect();
        documents.sort_unstable();
        documents.dedup();
        let (first, others) = documents.split_first()?;
        if others.is_empty() {
            return Some(Self(format!("{authority}/{first}/{item}")));
        }
        // Twenty documents are too long for a key.
        let digest = Sha256::digest(documents.join("/"));
        Some(Self(format!("{authority}/{first}+{}/{item}", hex::encode(digest.get(..OCTETS)?))))
    }

    /// What these goods say that they were declared as before.
    #[must_use]
    pub fn before(authority: &AuthorityId, goods: &Consignment, status: EventStatus) -> Option<Self> {
        let previous = goods.previous_document.as_ref().filter(|_| status == EventStatus::Actual)?;
        let previous = Some(previous).filter(|previous| is_number(&previous.reference))?;
        Some(Self::new(authority, &previous.reference, previous.goods_item_number))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What its draws are keyed by: nothing that whoever asks can choose anew.
    #[must_use]
    pub fn lot(&self) -> Uuid {
        self.lot_of(1)
    }

    /// What the draws are keyed by of goods whose first version is this one of the declaration: where others had its number
    /// before, they do not go by their luck.
    #[must_use]
    pub fn lot_of(&self, version: u32) -> Uuid {
        let mut hash = Sha256::new();
        hash.update("seamless declaration lot");
        hash.update(self.0.as_bytes());
        if version > 1 {
            hash.update(format!(" from version {version}"));
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut octets = [0; 16];
        octets.iter_mut().zip(digest).for_each(|(octet, of)| *octet = of);
        Uuid::new_v8(octets)
    }
}

impl Consignment {
    /// The number of the declaration, where it is one. Whatever is no movement reference number with its check character
    /// (`-`, `UNKNOWN`, `PENDING-2026`) would make all goods that have none one declaration.
    #[must_use]
    pub fn declared_number(&self) -> Option<MovementReference> {
        let number = self.movement_reference_number.as_str();
        if number.is_empty() { None } else { MovementReference::parse(number).ok() }
    }
}

/// Whether a reference may be the number of one declaration or document: it has letters or digits enough, a digit among them, and is not one
/// of them over and over.
fn is_number(reference: &str) -> bool {
    let plain = plain(reference);
    let first = plain.chars().next();
    plain.chars().count() >= LEAST_LETTERS
        && plain.chars().any(|letter| letter.is_ascii_digit())
        && plain.chars().any(|letter| Some(letter) != first)
}

/// Letters and digits of the shortest number of a declaration or document.
const LEAST_LETTERS: usize = 8;
/// Octets of a digest that tell sets of documents apart.
const OCTETS: usize = 12;

/// What the draws of goods are keyed by, other than the screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lot {
    /// By their declaration.
    By(Uuid),
    /// By nothing: they take no part, so that nobody learns from them what the lot would say.
    Closed,
}

/// What goods keep of their screening before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The first screening of the goods: it counts as their arrival, and their control has its key. Where these are further goods
    /// that share a place, that of the goods that have it.
    pub first: Uuid,
    /// Of goods that shared a place from their first screening on: the first screening of the goods that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Uuid>,
    /// The one before.
    pub former: Uuid,
    /// Counts the versions of the declaration, from 1 on.
    pub version: u32,
    /// False where the one before holds on beside it: further goods of an earlier declaration, which share its place.
    pub supersedes: bool,
    /// True once another declaration took up one of these goods.
    pub taken_up: bool,
    /// Which declarations of these goods others took up: none takes them up again. Not known of screenings of before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_on: Vec<String>,
    /// By what they were chosen.
    pub selection: Selection,
    /// With which logged probability.
    pub probability: f64,
    /// The lane that they would have had, had the lot not drawn them.
    pub lane_otherwise: Lane,
    /// They should have been examined when there was no capacity.
    pub demanded: bool,
    /// The gross mass that was stated of the goods first, in kilograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass: Option<f64>,
    /// Of each unit in which a quantity was stated of the goods, the one that was stated first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amounts: Vec<Amount>,
    /// As what certificates know the goods, where the one before holds no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods>,
    /// The lesser check that the numbers gave: it stays with goods that are declared no less harmful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// The strictest of the lesser checks of a day that were taken for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Lane>,
    /// The pre-inspection that the goods failed, by what was declared of them before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<InspectionId>,
    /// When they had arrived by what was declared of them before; none where that was still to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Timestamp>,
}

/// A check of documents or after release, and the expected harm for which it was given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub lane: Lane,
    pub expected_harm: f64,
}

/// A lane that an officer chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneOverride {
    pub lane: Lane,
    /// The one that the goods were in.
    pub former: Lane,
    pub reason: String,
    /// The principal that called.
    pub principal: String,
    pub time: Timestamp,
}

/// The stricter of two lanes: examination, documents, check after release, release.
#[must_use]
pub fn stricter(one: Lane, two: Lane) -> Lane {
    let rank = |lane| match lane {
        Lane::Red => 3,
        Lane::Yellow => 2,
        Lane::Blue => 1,
        Lane::Green => 0,
    };
    if rank(two) > rank(one) { two } else { one }
}
