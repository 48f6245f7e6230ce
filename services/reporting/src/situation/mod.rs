//! The page that says how things stand, as a site of its own: who may see it, how one signs in, what it shows.

mod reader;
mod site;
mod standing;

use std::sync::Arc;

use ring::rand::{SecureRandom, SystemRandom};
use seamless_calendar::Clock;
use seamless_service::error::ApiError;
use sha2::{Digest, Sha256};

pub use site::SituationSite;
pub use standing::Standings;

use crate::domain::use_cases::SituationLimits;

/// Octets of a secret: 256 bits.
const SECRET_OCTETS: usize = 32;
/// What stands before the secret of a link in its path.
pub(crate) const ENTRANCE: &str = "/enter/";

/// What links to the page are made by; it is none where there is no page.
#[derive(Clone)]
pub struct SituationRules {
    /// What links begin with.
    pub base_url: Arc<str>,
    pub limits: SituationLimits,
    /// Credentials keep to real time, in a sandbox too.
    pub clock: Arc<dyn Clock>,
}

/// A secret of the system's randomness, as it stands in links and cookies.
pub(crate) fn new_secret() -> Result<String, ApiError> {
    let mut octets = [0; SECRET_OCTETS];
    SystemRandom::new().fill(&mut octets).map_err(|_| ApiError::internal("the system has no randomness"))?;
    Ok(hex::encode(octets))
}

/// By what a secret is known.
pub(crate) fn digest_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
