//! What alerts say about training: which topics are needed, and what happened after an activity. Pure: grouping, ranking and
//! comparing of alerts that the viewer's authority is shown.

mod effect;
mod followed;
mod hazards;
mod known_alert;
mod product_areas;
mod topics;

pub use effect::{Compared, ComparedTimes, Comparison, Span, compare};
pub use followed::{FeedStanding, FollowedFeeds, KnownFeed};
pub use hazards::{areas_of, hazard_of, hazards_of};
pub use known_alert::{AlertFacts, KnownAlert};
pub use product_areas::{PRODUCT_AREAS, ProductArea, ProductAreas};
pub use topics::{Grouped, Topic, TopicKey, TopicPeriod, TopicQuestion, topics};

/// The confidence level of every interval.
pub const LEVEL: f64 = 0.95;
