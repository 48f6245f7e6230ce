//! What comes of activities, from the wire into the domain.

use jiff::civil::Date;
use seamless_api::violations::Violations;
use seamless_identifiers::{LanguageTag, PartialDate};
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use super::session_in::{key_in, number, required_text};
use crate::domain::model::{
    ActionItemContent, ContributionContent, MinutedDecision, MinutesContent, Reach, SampleResult,
};

/// The longest minutes, in characters of each language.
const MINUTES_LENGTH: usize = 20_000;
/// The longest note, in characters.
const NOTE_LENGTH: usize = 5_000;
/// The days before the end at which it is warned, where nobody says.
const WARN_BEFORE: i32 = 7;

/// Parses minutes.
pub fn minutes_in(found: &mut Violations, at: &str, minutes: wire::Minutes) -> MinutesContent {
    let path = |name: &str| format!("{at}.{name}");
    let decisions = found.bounded(path("decisions"), minutes.decisions, 100).into_iter().enumerate();
    let mut parsed: Vec<MinutedDecision> = Vec::new();
    for (index, decision) in decisions {
        let at = format!("{at}.decisions[{index}]");
        let id = key_in(found, &format!("{at}.id"), &decision.id);
        let text = required_text(found, &format!("{at}.text"), decision.text, 2_000);
        let Some(id) = id else { continue };
        if parsed.iter().any(|known| known.id == id) {
            found.add(format!("{at}.id"), format!("{id} is the id of another decision"));
        }
        parsed.push(MinutedDecision { id, text });
    }
    MinutesContent {
        summary: required_text(found, &path("summary"), minutes.summary, MINUTES_LENGTH),
        decisions: parsed,
        internal_note: found.text(path("internal_note"), minutes.internal_note, NOTE_LENGTH),
    }
}

/// Parses what is to be done.
pub fn action_item_in(found: &mut Violations, at: &str, item: wire::ActionItem) -> Option<ActionItemContent> {
    let path = |name: &str| format!("{at}.{name}");
    let text = required_text(found, &path("text"), item.text, 2_000);
    if item.owner.is_empty() {
        found.add(path("owner"), "is required");
    }
    let owner = found.parsed(path("owner"), &item.owner, str::parse);
    let due_date = required_day_in(found, &path("due_date"), item.due_date);
    let decision = found.parsed(path("decision"), &item.decision, str::parse);
    let warned = item.warn_before_days.unwrap_or(WARN_BEFORE);
    let warn_before_days = number(found, &path("warn_before_days"), warned, 0..=60);
    Some(ActionItemContent { text, owner: owner?, due_date: due_date?, decision, warn_before_days })
}

/// Parses what is reported.
pub fn contribution_in(
    found: &mut Violations,
    at: &str,
    contribution: wire::Contribution,
) -> ContributionContent {
    let path = |name: &str| format!("{at}.{name}");
    let reach = found.bounded(path("reach"), contribution.reach, 100).into_iter().enumerate();
    let reach = reach.map(|(index, one)| reach_in(found, &format!("{at}.reach[{index}]"), one)).collect();
    let samples = found.bounded(path("samples"), contribution.samples, 200).into_iter().enumerate();
    let samples =
        samples.filter_map(|(index, one)| sample_in(found, &format!("{at}.samples[{index}]"), one)).collect();
    ContributionContent {
        reach,
        samples,
        remarks: found.localized(&path("remarks"), contribution.remarks, NOTE_LENGTH),
        internal_note: found.text(path("internal_note"), contribution.internal_note, NOTE_LENGTH),
    }
}

fn reach_in(found: &mut Violations, at: &str, reach: wire::Reach) -> Reach {
    let path = |name: &str| format!("{at}.{name}");
    let value = u64::try_from(reach.value).unwrap_or_else(|_| {
        found.add(path("value"), format!("wants 0 or more; got {}", reach.value));
        0
    });
    Reach {
        channel: found.required_text(path("channel"), reach.channel, 200),
        language: found.parsed(path("language"), &reach.language, LanguageTag::parse),
        value,
        unit: found.required_vocabulary(path("unit"), reach.unit),
        source: found.required_text(path("source"), reach.source, 300),
        counted_until: reach.counted_until.and_then(|day| day_in(found, &path("counted_until"), Some(day))),
    }
}

fn sample_in(found: &mut Violations, at: &str, sample: wire::SampleResult) -> Option<SampleResult> {
    const MOST: i32 = 10_000_000;
    let path = |name: &str| format!("{at}.{name}");
    if sample.product_area.is_empty() {
        found.add(path("product_area"), "is required");
    }
    let product_area = found.parsed(path("product_area"), &sample.product_area, str::parse);
    let hazard = found.text(path("hazard"), sample.hazard, 100);
    let taken = number(found, &path("taken"), sample.taken, 0..=MOST);
    let tested = number(found, &path("tested"), sample.tested, 0..=MOST);
    let non_compliant = number(found, &path("non_compliant"), sample.non_compliant, 0..=MOST);
    Some(SampleResult { product_area: product_area?, hazard, taken, tested, non_compliant })
}

/// A whole day that must be given.
pub fn required_day_in(found: &mut Violations, at: &str, date: Option<value::CivilDate>) -> Option<Date> {
    if date.is_none() {
        found.add(at, "is required");
    }
    day_in(found, at, date)
}

/// A whole day.
pub fn day_in(found: &mut Violations, at: &str, date: Option<value::CivilDate>) -> Option<Date> {
    let date: PartialDate = found.date(at, date)?;
    let whole = date.month().zip(date.day()).and_then(|(month, day)| {
        Date::new(i16::try_from(date.year()).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    });
    if whole.is_none() {
        found.add(at, format!("wants year, month and day; got {date}"));
    }
    whole
}
