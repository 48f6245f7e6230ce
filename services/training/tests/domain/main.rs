//! What certificates are known by.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that does not go on fails")]

mod certificate_codes;
