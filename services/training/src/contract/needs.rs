//! Topics and comparisons for the wire.

use jiff::Timestamp;
use seamless_api::violations::{duration_out, timestamp_out};
use seamless_proto::seamless::{
    training::v1 as wire,
    r#type::v1::{LanguageVersion, LocalizedText, TranslationState},
};
use seamless_statistics::{Rate, RateRatio, StatisticsError};

use crate::domain::{
    DomainError,
    error::Refusal,
    model::activity_name,
    needs::{Compared, ComparedTimes, Comparison, KnownFeed, ProductArea, ProductAreas, Span, Topic},
    use_cases::{EffectFound, Proposed},
};

/// What a comparison is, and what it is not.
const STATEMENT: [&str; 2] = [
    "A comparison of the alerts before and after the activity. It is not causal: other things changed at the same time, and \
     alerts follow what is looked for.",
    "本结果仅为活动前后预警数量的比较，并非因果关系：同一时期还有其他变化，且预警数量取决于检查的对象。",
];
/// Names of what covers a topic that are told at most.
const COVERING: usize = 10;

/// The page but for its topics and token.
#[must_use]
pub fn topics_out(found: &Proposed, now: Timestamp) -> wire::ProposeTopicsResponse {
    wire::ProposeTopicsResponse {
        topics: Vec::new(),
        next_page_token: String::new(),
        start_time: Some(timestamp_out(found.period.start())),
        end_time: Some(timestamp_out(found.period.end)),
        alerts: number(found.all.alerts),
        alerts_before: number(found.all.before),
        alerts_without_topic: number(found.all.without_topic),
        known: Some(known_out(&found.known, now)),
        alerts_day_unknown: number(found.all.day_unknown[0]),
        alerts_before_day_unknown: number(found.all.day_unknown[1]),
    }
}

/// A topic of so many alerts in all, with what covers it.
///
/// # Errors
/// `Fault` where its figures cannot be worked out.
pub fn topic_out(
    (topic, covering): &(Topic, Vec<String>),
    all: u64,
    areas: &ProductAreas,
) -> Result<wire::Topic, DomainError> {
    let key = &topic.key;
    Ok(wire::Topic {
        product_area: key.product_area.to_string(),
        product_area_name: areas.get(&key.product_area).map(area_name_out),
        hazard: key.hazard as i32,
        country_of_origin: key.origin.clone(),
        alerts: number(topic.alerts),
        share: Some(share_out(topic.share(all).map_err(fault)?)),
        alerts_before: number(topic.before),
        trend: topic.trend().map_err(fault)?.map(ratio_out),
        sold_online: number(topic.sold_online),
        newest_alerts: topic.newest.clone(),
        covered_by: covering.iter().take(COVERING).cloned().collect(),
        alerts_day_unknown: number(topic.day_unknown[0]),
        alerts_before_day_unknown: number(topic.day_unknown[1]),
    })
}

/// A comparison.
///
/// # Errors
/// `Fault` where its figures cannot be worked out.
pub fn effect_out(found: &EffectFound, now: Timestamp) -> Result<wire::Effect, DomainError> {
    let EffectFound { times, compared, known, .. } = found;
    let each: Result<_, _> = compared.each.iter().map(|one| comparison_out(one, times)).collect();
    let first = known.standing.first_alert;
    Ok(wire::Effect {
        activity: activity_name(found.activity),
        statement: Some(statement_out(compared)),
        status: found.status as i32,
        before: Some(time_out(times.before, times.known_before(), first)),
        after: Some(time_out(times.after, times.known_after(), first)),
        together: Some(comparison_out(&compared.together, times)?),
        comparisons: each?,
        others: Some(comparison_out(&compared.others, times)?),
        known: Some(known_out(known, now)),
    })
}

/// All product areas.
#[must_use]
pub fn product_areas_out(areas: &ProductAreas) -> wire::ListProductAreasResponse {
    let area_out = |area: &ProductArea| wire::AlertProductArea {
        id: area.id.to_string(),
        area_name: Some(area_name_out(area)),
        categories: area.categories.iter().map(|category| *category as i32).collect(),
    };
    wire::ListProductAreasResponse { product_areas: areas.iter().map(area_out).collect() }
}

fn comparison_out(one: &Comparison, times: &ComparedTimes) -> Result<wire::AlertComparison, DomainError> {
    Ok(wire::AlertComparison {
        product_area: one.of.as_ref().map(|(area, _)| area.to_string()).unwrap_or_default(),
        hazard: one.of.as_ref().map_or(0, |(_, hazard)| *hazard as i32),
        alerts_before: number(one.before),
        alerts_after: number(one.after),
        rate_before: one.rate_before(times),
        rate_after: one.rate_after(times),
        ratio: one.ratio(times).map_err(fault)?.map(ratio_out),
        before_day_unknown: number(one.day_unknown[0]),
        after_day_unknown: number(one.day_unknown[1]),
    })
}

/// What the comparison is; where days are not known, that too.
fn statement_out(compared: &Compared) -> LocalizedText {
    let sums = [&compared.together, &compared.others].map(|one| one.day_unknown.iter().sum::<u64>());
    let unknown = sums[0] + sums[1];
    if unknown == 0 {
        return both(STATEMENT);
    }
    let english = format!(
        "{} Of {unknown} of these alerts no day is known: they are counted on the first day of their month, or year.",
        STATEMENT[0]
    );
    let chinese =
        format!("{}其中 {unknown} 条预警的具体日期不详，按所在月份（或年份）的第一天计入。", STATEMENT[1]);
    both([&english, &chinese])
}

fn time_out(span: Span, known: Span, first_alert: Option<Timestamp>) -> wire::ComparedTime {
    wire::ComparedTime {
        start_time: Some(timestamp_out(span.start)),
        end_time: Some(timestamp_out(span.end)),
        known_days: known.days(),
        is_complete: known == span && first_alert.is_some_and(|first| first <= span.start),
    }
}

fn known_out(known: &KnownFeed, now: Timestamp) -> wire::AlertsKnown {
    wire::AlertsKnown {
        authority: known.authority.to_string(),
        position: known.standing.position,
        known_until_time: Some(timestamp_out(known.known_until)),
        lag: Some(duration_out(now.duration_since(known.known_until).max(jiff::SignedDuration::ZERO))),
        first_alert_time: known.standing.first_alert.map(timestamp_out),
        source_restored: known.standing.source_restored,
    }
}

fn ratio_out(ratio: RateRatio) -> wire::RateRatio {
    let finite = |number: f64| number.is_finite().then_some(number);
    wire::RateRatio {
        value: finite(ratio.value),
        lower: ratio.interval.lower,
        upper: finite(ratio.interval.upper),
        level: ratio.interval.level,
    }
}

fn share_out(share: Rate) -> wire::AlertShare {
    let interval = share.interval;
    wire::AlertShare {
        value: share.value,
        lower: interval.lower,
        upper: interval.upper,
        level: interval.level,
    }
}

fn area_name_out(area: &ProductArea) -> LocalizedText {
    both([&area.english, &area.chinese])
}

/// A text in English and Chinese.
fn both(texts: [&str; 2]) -> LocalizedText {
    let version = |language: &str, text: &str, state: TranslationState| LanguageVersion {
        language_code: language.to_owned(),
        text: text.to_owned(),
        state: state.into(),
    };
    LocalizedText {
        versions: vec![
            version("en", texts[0], TranslationState::Original),
            version("zh-Hans", texts[1], TranslationState::Translated),
        ],
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn fault(error: StatisticsError) -> DomainError {
    Refusal::Fault(format!("figures of alerts: {error}")).into()
}
