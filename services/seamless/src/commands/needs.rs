//! `seamless needs` and `seamless effect`: where training is needed by the alerts of one's own authority, and what alerts there
//! were before and after an activity.

use seamless_proto::seamless::{notifications::v1::RiskType, training::v1 as wire};

use super::{activities::name_of, event_status, numbered, pages};
use crate::{cli, connection::Connection, error::Failure, output};

/// What the names of hazards begin with.
const HAZARD: &str = "RISK_TYPE_";
/// What the names of categories begin with.
const CATEGORY: &str = "PRODUCT_CATEGORY_";

/// Proposes topics.
pub async fn topics(connection: &Connection, given: cli::Needs, json: bool) -> Result<(), Failure> {
    if given.areas {
        return areas(connection, json).await;
    }
    let hazards = given.hazard.iter().map(|word| numbered(Some(word), HAZARD, RiskType::from_str_name));
    let request = wire::ProposeTopicsRequest {
        days: given.days,
        product_area: given.area,
        hazards: hazards.collect::<Result<_, _>>()?,
        country_of_origin: given.origin,
        min_alerts: given.least,
        not_covered: given.open,
        status: event_status(given.status).into(),
        ..Default::default()
    };
    let mut about = None;
    let topics = pages(given.limit, async |page_size, page_token| {
        let request = wire::ProposeTopicsRequest { page_size, page_token, ..request.clone() };
        let mut page = connection.needs().propose_topics(request).await?.into_inner();
        let (topics, token) = (std::mem::take(&mut page.topics), page.next_page_token.clone());
        about.get_or_insert(page);
        Ok((topics, token))
    })
    .await?;
    if json {
        return topics.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["area", "hazard", "origin", "alerts", "before", "trend", "covered by"]);
    for one in &topics {
        table.add_row([
            one.product_area.clone(),
            output::word(one.hazard().as_str_name(), HAZARD),
            one.country_of_origin.clone(),
            one.alerts.to_string(),
            one.alerts_before.to_string(),
            ratio(one.trend.as_ref()),
            one.covered_by.join(", "),
        ]);
    }
    output::line(table);
    if let Some(page) = about {
        output::line(format!(
            "{} alerts, {} in the {} days before, {} of no topic; {}",
            page.alerts,
            page.alerts_before,
            given.days,
            page.alerts_without_topic,
            known(page.known.as_ref()),
        ));
        let unknown = page.alerts_day_unknown + page.alerts_before_day_unknown;
        if unknown > 0 {
            output::line(format!(
                "of {unknown} no day is known: counted on the first of their month, or year"
            ));
        }
    }
    Ok(())
}

/// Compares alerts before and after an activity.
pub async fn effect(connection: &Connection, given: cli::Effect, json: bool) -> Result<(), Failure> {
    let name = name_of(connection, &given.activity.name).await?;
    let request = wire::GetEffectRequest { name, days: given.days };
    let effect = connection.needs().get_effect(request).await?.into_inner();
    if json {
        return output::json(&effect);
    }
    output::line(output::text_of(effect.statement.as_ref()));
    let mut table = output::table(&["area", "hazard", "before", "after", "in 30 days", "then", "ratio"]);
    let together = effect.together.iter().map(|one| ("together", one));
    let each = effect.comparisons.iter().map(|one| (one.product_area.as_str(), one));
    for (what, one) in together.chain(each).chain(effect.others.iter().map(|one| ("all others", one))) {
        let hazard =
            if one.hazard == 0 { String::new() } else { output::word(one.hazard().as_str_name(), HAZARD) };
        table.add_row([
            what.to_owned(),
            hazard,
            one.alerts_before.to_string(),
            one.alerts_after.to_string(),
            rate(one.rate_before),
            rate(one.rate_after),
            ratio(one.ratio.as_ref()),
        ]);
    }
    output::line(table);
    for (what, time) in [("before", &effect.before), ("after", &effect.after)] {
        let Some(time) = time else { continue };
        output::line(format!(
            "{what}: {} to {} (UTC), {:.1} days known{}",
            output::time(time.start_time.as_ref()),
            output::time(time.end_time.as_ref()),
            time.known_days,
            if time.is_complete { "" } else { ", not complete" },
        ));
    }
    output::line(known(effect.known.as_ref()));
    Ok(())
}

async fn areas(connection: &Connection, json: bool) -> Result<(), Failure> {
    let answer = connection.needs().list_product_areas(wire::ListProductAreasRequest {}).await?.into_inner();
    if json {
        return answer.product_areas.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["id", "name", "categories of alerts"]);
    for area in &answer.product_areas {
        let categories = area.categories().map(|one| output::word(one.as_str_name(), CATEGORY));
        table.add_row([
            area.id.clone(),
            output::text_of(area.area_name.as_ref()),
            categories.collect::<Vec<_>>().join(", "),
        ]);
    }
    output::line(table);
    Ok(())
}

/// A ratio with its interval.
fn ratio(ratio: Option<&wire::RateRatio>) -> String {
    let Some(ratio) = ratio else { return String::new() };
    let number = |number: Option<f64>| number.map_or_else(|| "∞".to_owned(), |number| format!("{number:.2}"));
    format!("{} ({:.2} to {})", number(ratio.value), ratio.lower, number(ratio.upper))
}

fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(String::new, |rate| format!("{rate:.2}"))
}

/// How far the alerts are known.
fn known(known: Option<&wire::AlertsKnown>) -> String {
    let Some(known) = known else { return String::new() };
    let (position, until) = (known.position, output::time(known.known_until_time.as_ref()));
    let restored = if known.source_restored { "; they are read anew" } else { "" };
    format!("alerts of {} as of {until} (UTC), position {position}{restored}", known.authority)
}
