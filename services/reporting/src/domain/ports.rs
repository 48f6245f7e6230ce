//! What the domain reads, and from where it does not care.

use async_trait::async_trait;
use seamless_identity::AuthorityId;

use super::{error::DomainError, facts::Fact, model::Input, recall::RecallFact};

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
    /// All that is known for this authority, but for what bulletins alone read.
    async fn known(&self, authority: &AuthorityId) -> Result<Known, DomainError>;
}

/// Alerts as they tell people of products, and how far each feed was read at that moment.
#[derive(Debug, Default)]
pub struct KnownRecalls {
    pub recalls: Vec<RecallFact>,
    pub inputs: Vec<Input>,
}

/// Reads what the feeds told of alerts to people.
#[async_trait]
pub trait RecallReader: Send + Sync {
    /// Those known for this authority that are wanted.
    async fn recalls(
        &self,
        authority: &AuthorityId,
        is_wanted: &(dyn for<'f> Fn(&'f RecallFact) -> bool + Sync),
    ) -> Result<KnownRecalls, DomainError>;
}
