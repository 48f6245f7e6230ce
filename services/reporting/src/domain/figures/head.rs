//! How every report begins: what it is called, and what it is about.

use jiff::Timestamp;

use super::Question;
use crate::domain::{content::Text, model::EventStatus};

/// The title, which says of drills that they are.
pub(in crate::domain) fn title(question: &Question<'_>, english: &str, chinese: &str) -> Text {
    match question.status {
        EventStatus::Actual => Text::of(english, chinese),
        EventStatus::Exercise => Text::of(format!("{english} of an exercise"), format!("{chinese}(演练)")),
        EventStatus::Test => Text::of(format!("{english} of a test"), format!("{chinese}(测试)")),
    }
}

/// Owner, partner, period and cut.
pub(in crate::domain) fn facts(question: &Question<'_>) -> Vec<(Text, Text)> {
    let period = question.period;
    let days = format!("{} – {} ({})", period.first, period.last, period.zone);
    let owner = (Text::of("Report of", "报告方"), question.owner.names.clone());
    let partner = question.partner.map(|partner| (Text::of("Partner", "伙伴方"), partner.names.clone()));
    // To the second, for people; the manifest has all of it.
    let cut = Timestamp::from_second(question.cut.as_second()).unwrap_or(question.cut);
    let cut = Text::same(cut.to_string());
    let rest = [
        (Text::of("Period", "报告期"), Text::same(days)),
        (Text::of("Counted as known at (UTC)", "统计截止时间（UTC）"), cut),
    ];
    std::iter::once(owner).chain(partner).chain(rest).collect()
}
