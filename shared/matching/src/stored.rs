//! Weights as bytes: little-endian, with a header that says which features they are for.
//!
//! Invariant: `read` gives what `write` was given, or an error; whatever it gives can be walked without leaving a tree.

use thiserror::Error;

use crate::{
    features::{NAMES, WIDTH},
    model::Trained,
    text,
    trees::{Forest, LEAF, Node},
};

/// Why weights cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ModelError {
    /// They do not begin as weights do.
    #[error("expected weights that begin with SMM1")]
    Unknown,
    /// They were trained on other features.
    #[error("expected weights for features {expected:08x}, got those for {got:08x}")]
    OtherFeatures {
        /// What this version of the crate has.
        expected: u32,
        /// What the weights were trained on.
        got: u32,
    },
    /// They end early, or do not add up.
    #[error("expected whole weights, got damaged ones at byte {at}")]
    Damaged {
        /// How far they could be read.
        at: usize,
    },
}

const MAGIC: &[u8; 4] = b"SMM1";

/// Changes when a feature is added, taken out or moved.
fn fingerprint() -> u32 {
    text::hash(&NAMES.join(" "))
}

/// The bytes of trained weights.
pub(crate) fn write(trained: &Trained) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(fingerprint().to_le_bytes());
    for number in [trained.slope, trained.intercept, trained.threshold, trained.forest.base] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend((trained.forest.trees.len() as u32).to_le_bytes());
    for tree in &trained.forest.trees {
        bytes.extend((tree.len() as u16).to_le_bytes());
        for node in tree {
            bytes.extend([node.feature, u8::from(node.missing_left)]);
            bytes.extend(node.left.to_le_bytes());
            bytes.extend(node.threshold.to_le_bytes());
            bytes.extend(node.value.to_le_bytes());
        }
    }
    bytes
}

/// Weights from their bytes.
pub(crate) fn read(bytes: &[u8]) -> Result<Trained, ModelError> {
    let mut reading = Reading { bytes, at: 0 };
    if reading.take::<4>().ok().as_ref() != Some(MAGIC) {
        return Err(ModelError::Unknown);
    }
    let (expected, got) = (fingerprint(), u32::from_le_bytes(reading.take()?));
    if expected != got {
        return Err(ModelError::OtherFeatures { expected, got });
    }
    let (slope, intercept) = (reading.number()?, reading.number()?);
    let (threshold, base) = (reading.number()?, reading.number()?);
    let count = u32::from_le_bytes(reading.take()?);
    let mut trees = Vec::new();
    for _ in 0..count {
        trees.push(tree(&mut reading)?);
    }
    if reading.at != bytes.len() {
        return Err(ModelError::Damaged { at: reading.at });
    }
    Ok(Trained { forest: Forest { base, trees }, slope, intercept, threshold })
}

fn tree(reading: &mut Reading) -> Result<Vec<Node>, ModelError> {
    let length = usize::from(u16::from_le_bytes(reading.take()?));
    let mut nodes = Vec::with_capacity(length);
    for at in 0..length {
        let [feature, missing_left] = reading.take()?;
        let left = u16::from_le_bytes(reading.take()?);
        let node = Node {
            feature,
            missing_left: missing_left == 1,
            left,
            threshold: reading.number()?,
            value: reading.number()?,
        };
        // Children come later than their parent, so that no walk goes round, and within the tree.
        let is_split =
            usize::from(feature) < WIDTH && usize::from(left) > at && usize::from(left) + 1 < length;
        if feature != LEAF && !is_split {
            return Err(ModelError::Damaged { at: reading.at });
        }
        nodes.push(node);
    }
    if nodes.is_empty() { Err(ModelError::Damaged { at: reading.at }) } else { Ok(nodes) }
}

struct Reading<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reading<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let damaged = ModelError::Damaged { at: self.at };
        let taken = self.bytes.get(self.at..self.at + N).ok_or(damaged.clone())?;
        self.at += N;
        taken.try_into().map_err(|_| damaged)
    }

    fn number(&mut self) -> Result<f32, ModelError> {
        let number = f32::from_le_bytes(self.take()?);
        if number.is_finite() { Ok(number) } else { Err(ModelError::Damaged { at: self.at }) }
    }
}
