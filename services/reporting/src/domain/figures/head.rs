//! How every report begins: what it is called, and what it is about.

use jiff::{Timestamp, tz::TimeZone};

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

/// An instant as the clocks of a zone show it, to the second for people, with how far they are from UTC; the manifest has all of it.
pub(in crate::domain) fn civil(instant: Timestamp, zone: &TimeZone) -> String {
    let second = Timestamp::from_second(instant.as_second()).unwrap_or(instant);
    let offset = zone.to_offset(second);
    let local = offset.to_datetime(second);
    format!("{} {} (UTC{offset})", local.date(), local.time())
}

/// Owner, partner, period, zone and cut.
pub(in crate::domain) fn facts(question: &Question<'_>) -> Vec<(Text, Text)> {
    let period = question.period;
    let days = format!("{} – {}", period.first, period.last);
    let owner = (Text::of("Report of", "报告方"), question.owner.names.clone());
    let partner = question.partner.map(|partner| (Text::of("Partner", "伙伴方"), partner.names.clone()));
    let cut = Text::same(civil(question.cut, question.zone));
    let rest = [
        (Text::of("Period", "报告期"), Text::same(days)),
        (Text::of("Time zone", "时区"), Text::same(&*period.zone)),
        (Text::of("Counted as known at", "统计截止时间"), cut),
    ];
    std::iter::once(owner).chain(partner).chain(rest).collect()
}
