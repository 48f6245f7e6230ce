//! What those who took part thought of an activity.

mod give_feedback;
mod read_feedback;
mod tell_feedback;

pub use give_feedback::GiveFeedback;
pub use read_feedback::ReadFeedback;
pub use tell_feedback::TellFeedback;
