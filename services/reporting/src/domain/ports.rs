//! What the domain reads, and from where it does not care.

use async_trait::async_trait;
use seamless_identity::AuthorityId;

use super::{
    error::DomainError,
    facts::Fact,
    model::Input,
    recall::RecallFact,
    source::{Feed, Source},
};

/// All facts of an authority, of one moment.
#[derive(Debug, Default)]
pub struct Known {
    pub facts: Vec<Fact>,
    /// How far each feed was read at that moment.
    pub inputs: Vec<Input>,
}

/// How far a feed took effect for an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedStanding {
    /// The last position; 0 before the first.
    pub position: i64,
    /// How often all of it was replaced.
    pub generation: i64,
    /// Whether it is read anew, since its service was restored.
    pub is_restored: bool,
}

/// Says how far feeds took effect.
#[async_trait]
pub trait FeedProgress: Send + Sync {
    /// How far this one did.
    async fn feed_standing(&self, feed: &Feed) -> Result<FeedStanding, DomainError>;
}

/// Reads what the feeds told.
#[async_trait]
pub trait FactReader: Send + Sync {
    /// All that the feeds of these services told to this authority, but for what bulletins alone read.
    async fn known_of(&self, authority: &AuthorityId, sources: &[Source]) -> Result<Known, DomainError>;

    /// All that its feed of alerts told.
    async fn known(&self, authority: &AuthorityId) -> Result<Known, DomainError> {
        self.known_of(authority, &[Source::Notifications]).await
    }
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
