//! What the domain reads, and from where it does not care.

use async_trait::async_trait;
use seamless_identity::AuthorityId;

use super::{error::DomainError, facts::Fact, model::Input};

/// All facts of an authority, of one moment.
#[derive(Debug, Default)]
pub struct Known {
    pub facts: Vec<Fact>,
    /// How far each feed was read at that moment.
    pub inputs: Vec<Input>,
}

/// Reads what the feeds told.
#[async_trait]
pub trait FactReader: Send + Sync {
    /// All that is known for this authority.
    async fn known(&self, authority: &AuthorityId) -> Result<Known, DomainError>;
}
