//! Feedback between the wire and the domain.

use seamless_api::{Violations, violations::timestamp_out};
use seamless_proto::seamless::training::v1 as wire;

use super::{activity_in::language_in, session_out::count_out};
use crate::domain::{
    model::{
        Feedback, FeedbackContent, FeedbackGroup, FeedbackSummary, GroupFeedback, activity_name,
        feedback_summary_name,
    },
    records::Record,
};

/// The longest text, in characters.
const LONGEST: usize = 2_000;

/// Parses what is given; output-only fields are ignored. `at` is its path in the request.
pub fn feedback_in(found: &mut Violations, at: &str, feedback: wire::Feedback) -> FeedbackContent {
    let mut rating = |name: &str, given: i32| {
        let rating = u8::try_from(given).ok().filter(|rating| (1..=5).contains(rating));
        if rating.is_none() {
            found.add(format!("{at}.{name}"), format!("wants 1 to 5; got {given}"));
        }
        rating.unwrap_or(1)
    };
    let ratings = [
        rating("usefulness", feedback.usefulness),
        rating("clarity", feedback.clarity),
        rating("organisation", feedback.organisation),
    ];
    let text = found.text(format!("{at}.text"), feedback.text, LONGEST);
    let language = language_in(found, &format!("{at}.language"), &feedback.language);
    if !text.is_empty() && feedback.language.is_empty() {
        found.add(format!("{at}.language"), "is required with a text");
    }
    let language = language.filter(|_| !text.is_empty());
    FeedbackContent { ratings, text, language }
}

/// The feedback without its text: what is answered is kept, and erased by the name of its registration alone.
#[must_use]
pub fn feedback_out(feedback: &Feedback) -> wire::Feedback {
    let [usefulness, clarity, organisation] = feedback.content.ratings.map(i32::from);
    wire::Feedback {
        name: feedback.name(),
        usefulness,
        clarity,
        organisation,
        text: String::new(),
        language: String::new(),
        audience: feedback.audience as i32,
        country: feedback.country.to_string(),
        update_time: Some(timestamp_out(feedback.update_time)),
    }
}

/// The whole of it, for the person who said it.
#[must_use]
pub fn whole_feedback_out(feedback: &Feedback) -> wire::Feedback {
    let content = &feedback.content;
    wire::Feedback {
        text: content.text.clone(),
        language: content.language.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..feedback_out(feedback)
    }
}

/// What was said, and not by whom.
#[must_use]
pub fn comment_out(feedback: &Feedback) -> wire::FeedbackComment {
    let whole = whole_feedback_out(feedback);
    wire::FeedbackComment { text: whole.text, language: whole.language }
}

/// All of an activity.
#[must_use]
pub fn summary_out(summary: &FeedbackSummary) -> wire::FeedbackSummary {
    wire::FeedbackSummary {
        name: feedback_summary_name(summary.activity),
        answers: count_out(summary.answers),
        least_answers: count_out(summary.least),
        together: summary.together.as_ref().map(group_out),
        by_group: summary.by_group.iter().map(group_out).collect(),
    }
}

/// All of an activity, as it is told.
#[must_use]
pub fn aggregated_out(summary: &FeedbackSummary) -> wire::FeedbackAggregated {
    wire::FeedbackAggregated {
        activity: activity_name(summary.activity),
        together: summary.together.as_ref().map(group_out),
        by_group: summary.by_group.iter().map(group_out).collect(),
    }
}

fn group_out(group: &GroupFeedback) -> wire::FeedbackCounts {
    let (audience, country) = match group.of {
        FeedbackGroup::Everybody => (0, String::new()),
        FeedbackGroup::Audience(audience) => (audience as i32, String::new()),
        FeedbackGroup::Country(country) => (0, country.to_string()),
    };
    let [usefulness, clarity, organisation] = group.counts.map(|counts| {
        let mean = GroupFeedback::mean(&counts).unwrap_or_default();
        Some(wire::RatingCounts { counts: counts.map(count_out).to_vec(), mean })
    });
    wire::FeedbackCounts {
        audience,
        country,
        answers: count_out(group.answers),
        usefulness,
        clarity,
        organisation,
    }
}
