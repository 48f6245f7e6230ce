//! The digest over what a reader has of a range, computed alike by the server and by its readers.

use sha2::{Digest, Sha256};

/// Count and SHA-256 over the lines `{position} {event_id}\n` of events in ascending position, as
/// `seamless.feed.v1.GetDigestResponse.digest` defines them.
#[derive(Clone, Debug, Default)]
pub struct RangeDigest {
    count: i64,
    hasher: Sha256,
}

impl RangeDigest {
    /// The digest of no events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next event; `event_id` as the feed writes it: a UUID in lower case with hyphens.
    pub fn add(&mut self, position: i64, event_id: &str) {
        self.count += 1;
        self.hasher.update(format!("{position} {event_id}\n"));
    }

    /// The number of events added.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.count
    }

    /// The digest in lower-case hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hex::encode(self.hasher.finalize())
    }
}

/// SHA-256 over the lines `{position} {event_id} {data_digest}\n` of events in ascending position, as
/// `seamless.feed.v1.GetDigestResponse.content_digest` defines them: what [`RangeDigest`] proves, and what the events say.
#[derive(Clone, Debug, Default)]
pub struct ContentDigest {
    hasher: Sha256,
}

impl ContentDigest {
    /// The digest of no events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next event; `event_id` as the feed writes it, `data` the bytes of its message as they are sent.
    pub fn add(&mut self, position: i64, event_id: &str, data: &[u8]) {
        let data = hex::encode(Sha256::digest(data));
        self.hasher.update(format!("{position} {event_id} {data}\n"));
    }

    /// The digest in lower-case hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hex::encode(self.hasher.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_lines_as_sha256sum_computes_it() {
        assert_eq!(
            RangeDigest::new().finish(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let mut digest = RangeDigest::new();
        digest.add(1, "0199a3c4-0000-7000-8000-000000000001");
        digest.add(12, "0199a3c4-0000-7000-8000-000000000002");
        assert_eq!(digest.count(), 2);
        assert_eq!(digest.finish(), "a71dc0fa4e6b88a5dde8c609e833b18e0f2d830602f3af0ada1000eb9111f1bb");
    }

    #[test]
    fn the_digest_of_the_content_is_that_of_the_lines_as_sha256sum_computes_it() {
        let mut digest = ContentDigest::new();
        digest.add(1, "0199a3c4-0000-7000-8000-000000000001", b"kettle");
        digest.add(12, "0199a3c4-0000-7000-8000-000000000002", b"");
        assert_eq!(digest.finish(), "b9983ec48f77275242dbb2674a5099639c27e08d9fb540f0413e3e48ee5110d4");
    }
}
