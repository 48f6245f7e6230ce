//! By what needs are worked out.

use std::sync::Arc;

use crate::domain::needs::{FollowedFeeds, ProductAreas};

/// Whose feeds are followed, and how much is worked out of them.
#[derive(Clone)]
pub struct NeedRules {
    pub followed: FollowedFeeds,
    pub areas: Arc<ProductAreas>,
    /// The most alerts that an answer is worked out of.
    pub most_alerts: u64,
    /// The longest period, in days.
    pub longest_days: u32,
    /// How many alerts of a topic are named at most.
    pub named: usize,
}
