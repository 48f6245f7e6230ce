//! Digests over what was kept of the feeds and is looked at: what figures are calculated from, and nothing else.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// The digests of facts, by the source that told them.
#[derive(Debug, Default)]
pub struct DigestsOfFacts(HashMap<String, Vec<[u8; 32]>>);

impl DigestsOfFacts {
    /// Adds a fact by its document, in whatever order they come.
    pub fn add(&mut self, source: &str, document: &str) {
        let digest = Sha256::digest(document).into();
        match self.0.get_mut(source) {
            Some(digests) => digests.push(digest),
            None => {
                self.0.insert(source.to_owned(), vec![digest]);
            }
        }
    }

    /// Over all facts of a source, as the contract says (`ReportInput.facts_sha256`); in hexadecimal digits.
    #[must_use]
    pub fn of(&mut self, source: &str) -> String {
        let mut digests = self.0.remove(source).unwrap_or_default();
        digests.sort_unstable();
        hex::encode(Sha256::digest(digests.as_flattened()))
    }
}
