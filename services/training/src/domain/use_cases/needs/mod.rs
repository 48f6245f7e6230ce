//! Where training is needed, and what happened after it.

mod alerts;
mod cover;
mod get_effect;
mod propose_topics;

pub use alerts::Alerts;
pub use get_effect::{EffectFound, GetEffect};
pub use propose_topics::{ProposeTopics, Proposed, TopicRequest};
