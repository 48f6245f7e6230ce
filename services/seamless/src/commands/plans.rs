//! `seamless plan`: the examinations of a day, what they went to, and what they found.

use jiff::{ToSpan, civil::Date};
use seamless_calendar::Zones;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{approvals::day_out, pages, request_id, sandbox_clock::now_at};
use crate::{cli, connection::Connection, error::Failure, output};

/// Days of an estimate, where the first is not said.
const DAYS: i64 = 30;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Plan, json: bool) -> Result<(), Failure> {
    let mut client = connection.targeting();
    match step {
        cli::Plan::Show(of) => {
            let request = wire::GetPlanRequest { name: name_of(connection, &of).await? };
            show(&client.get_plan(request).await?.into_inner(), json)
        }
        cli::Plan::Set { plan, capacity, random, arrivals } => {
            let setting = wire::Plan {
                capacity,
                random_floor: random,
                expected_arrivals: arrivals,
                ..wire::Plan::default()
            };
            let request = wire::SetPlanRequest {
                name: name_of(connection, &plan).await?,
                plan: Some(setting),
                request_id: request_id(),
                ..wire::SetPlanRequest::default()
            };
            show(&client.set_plan(request).await?.into_inner(), json)
        }
        cli::Plan::Selections { plan, limit } => {
            let parent = name_of(connection, &plan).await?;
            selections(connection, &parent, limit, json).await
        }
        cli::Plan::HitRates { port, from, until, area } => {
            let until = match until {
                Some(until) => until,
                None => today_at(connection, &port).await?,
            };
            let from = from.unwrap_or_else(|| until.saturating_sub(DAYS.days()));
            let request = wire::EstimateHitRatesRequest {
                parent: format!("entryPoints/{port}"),
                start_date: Some(day_out(from)),
                end_date: Some(day_out(until)),
                product_area: area,
            };
            hit_rates(&client.estimate_hit_rates(request).await?.into_inner(), json)
        }
        cli::Plan::Places => places(connection, json).await,
    }
}

async fn entry_points(connection: &Connection) -> Result<Vec<wire::EntryPoint>, Failure> {
    let request = wire::ListEntryPointsRequest {};
    Ok(connection.targeting().list_entry_points(request).await?.into_inner().entry_points)
}

/// The day that it is at an entry point.
async fn today_at(connection: &Connection, port: &str) -> Result<Date, Failure> {
    let all = entry_points(connection).await?;
    let name = format!("entryPoints/{port}");
    let Some(entry_point) = all.iter().find(|one| one.name == name) else {
        let known: Vec<&str> = all.iter().map(|one| one.name.trim_start_matches("entryPoints/")).collect();
        return Err(Failure::usage(format!("{port} is no entry point; there are {}", known.join(", "))));
    };
    let zone = Zones::bundled()
        .get(&entry_point.time_zone)
        .map_err(|error| Failure::while_doing(&entry_point.time_zone, error))?;
    Ok(now_at(connection).await.to_zoned(zone).date())
}

async fn name_of(connection: &Connection, of: &cli::PlanOf) -> Result<String, Failure> {
    let day = match of.day {
        Some(day) => day,
        None => today_at(connection, &of.port).await?,
    };
    Ok(format!("entryPoints/{}/plans/{day}", of.port))
}

fn show(plan: &wire::Plan, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(plan);
    }
    let used = plan.random_used + plan.targeted_used + plan.mandatory_used;
    let expected = plan.expected_arrivals.map(|count| count.to_string()).unwrap_or_default();
    let threshold = match plan.threshold {
        threshold if threshold.is_infinite() => "nothing is targeted at present".to_owned(),
        0.0 => String::new(),
        threshold => format!("expected harm of {threshold:.3}"),
    };
    let mut facts = output::table(&[]);
    for (label, fact) in [
        ("plan", plan.name.clone()),
        ("capacity", format!("{} examinations, {used} given out", plan.capacity)),
        ("at random", format!("{} of at least {:.0} %", plan.random_used, share(plan.random_floor))),
        ("demanded", plan.mandatory_used.to_string()),
        ("targeted", plan.targeted_used.to_string()),
        ("targeted from", threshold),
        ("document checks", checks(plan.document_checks, plan.document_checks_used)),
        ("checks after release", checks(plan.release_checks, plan.release_checks_used)),
        ("arrivals", format!("{} so far, {expected} expected", plan.arrivals)),
        ("seed", plan.seed.clone()),
    ] {
        if !fact.is_empty() {
            facts.add_row([label.to_owned(), fact]);
        }
    }
    output::line(facts);
    Ok(())
}

/// The lesser checks of a day, where the entry point has a number of them.
fn checks(a_day: Option<i32>, used: i32) -> String {
    a_day.map_or_else(String::new, |a_day| format!("{a_day}, {used} given out"))
}

fn share(share: Option<f64>) -> f64 {
    100.0 * share.unwrap_or_default()
}

async fn selections(connection: &Connection, parent: &str, limit: usize, json: bool) -> Result<(), Failure> {
    let chosen = pages(limit, async |page_size, page_token| {
        let request = wire::ListSelectionsRequest { parent: parent.to_owned(), page_size, page_token };
        let page = connection.targeting().list_selections(request).await?.into_inner();
        Ok((page.selections, page.next_page_token))
    })
    .await?;
    if json {
        return chosen.iter().try_for_each(output::json);
    }
    let mut table =
        output::table(&["screening", "arrives at", "chosen", "probability", "harm", "unsafe", "control"]);
    for one in &chosen {
        let draw = one.draw.clone().unwrap_or_default();
        table.add_row([
            one.screening.trim_start_matches("screenings/").to_owned(),
            one.entry_point.clone(),
            output::word(draw.selection().as_str_name(), "SELECTION_"),
            format!("{:.3}", draw.probability),
            format!("{:.3}", draw.expected_harm),
            output::probability(one.unsafe_probability.as_ref()),
            one.control.trim_start_matches("controls/").to_owned(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", chosen.len()));
    Ok(())
}

fn hit_rates(estimated: &wire::EstimateHitRatesResponse, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(estimated);
    }
    let rate = |known: Option<&wire::Probability>| match known {
        Some(known) if known.observations > 0.0 && !known.stated => {
            format!("{}, from {:.0} observations", output::probability(Some(known)), known.observations)
        }
        _ => "not known".to_owned(),
    };
    let mut facts = output::table(&[]);
    facts.add_row(["unsafe among all that arrived".to_owned(), rate(estimated.arriving.as_ref())]);
    facts.add_row(["… drawn at random".to_owned(), rate(estimated.random.as_ref())]);
    facts.add_row(["… targeted".to_owned(), rate(estimated.targeted.as_ref())]);
    if let Some(lift) = lift(estimated) {
        facts.add_row(["targeting finds".to_owned(), lift]);
    }
    output::line(facts);
    let mut lanes =
        output::table(&["lane without the lot", "arrived", "examined", "unseen", "unsafe among the unseen"]);
    for lane in &estimated.lanes {
        lanes.add_row([
            output::word(lane.lane().as_str_name(), "LANE_"),
            lane.arrivals.to_string(),
            lane.examined.to_string(),
            match lane.without_chance {
                0 => lane.unseen.to_string(),
                without => format!("{}, {without} of them without a chance", lane.unseen),
            },
            match &lane.unsafe_unseen {
                None if !lane.not_estimated.is_empty() => lane.not_estimated.clone(),
                known => rate(known.as_ref()),
            },
        ]);
    }
    output::line(lanes);
    output::line(&estimated.caveat);
    Ok(())
}

/// How many times what the lot finds targeting finds, with the interval; none without examinations of both kinds.
fn lift(estimated: &wire::EstimateHitRatesResponse) -> Option<String> {
    let (lower, upper) = estimated.lift_lower.zip(estimated.lift_upper)?;
    // Where the lot found nothing, anything may be above.
    let end = |end: f64| if end < 1_000.0 { format!("{end:.1}") } else { "1000 or more".to_owned() };
    let times = match estimated.lift {
        Some(lift) => format!("{lift:.1} times what the lot finds"),
        None => "a multiple of what the lot finds that is not known, since the lot found nothing".to_owned(),
    };
    let better = match estimated.lift_probability {
        Some(better) => format!(", better than the lot with {:.1} %", 100.0 * better),
        None => String::new(),
    };
    Some(format!("{times} (95 %: {} to {}{better})", end(lower), end(upper)))
}

async fn places(connection: &Connection, json: bool) -> Result<(), Failure> {
    let entry_points = entry_points(connection).await?;
    let request = wire::ListProductAreasRequest {};
    let areas = connection.targeting().list_product_areas(request).await?.into_inner().product_areas;
    if json {
        entry_points.iter().try_for_each(output::json)?;
        return areas.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["entry point", "name", "authority", "time zone"]);
    for one in entry_points {
        let port = one.name.trim_start_matches("entryPoints/").to_owned();
        table.add_row([port, one.display_name, one.authority, one.time_zone]);
    }
    output::line(table);
    let mut table = output::table(&["product area", "name", "HS codes", "harm weight"]);
    for area in areas {
        let codes = area.commodity_prefixes.join(", ");
        table.add_row([area.id, area.display_name, codes, area.harm_weight.to_string()]);
    }
    output::line(table);
    Ok(())
}
