//! `seamless screening`: decisions as they were made, and made again.

use seamless_proto::seamless::consignments::v1 as wire;

use super::{number, numbered, pages, reasons, request_id, resource, rows::goods};
use crate::{cli, connection::Connection, error::Failure, output};

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Screening, json: bool) -> Result<(), Failure> {
    match step {
        cli::Screening::List { lane, entry_point, state, declaration, limit } => {
            let (movement_reference_number, goods_item_number) = declared(declaration.as_deref())?;
            let request = wire::ListScreeningsRequest {
                lane: numbered(lane.as_deref(), "LANE_", wire::Lane::from_str_name)?,
                entry_point: entry_point.unwrap_or_default(),
                state: numbered(state.as_deref(), "SCREENING_STATE_", wire::ScreeningState::from_str_name)?,
                movement_reference_number,
                goods_item_number,
                ..wire::ListScreeningsRequest::default()
            };
            list(connection, request, limit, json).await
        }
        cli::Screening::Override { name, lane, reason, etag } => {
            let request = wire::OverrideLaneRequest {
                name: resource("screenings", &name),
                lane: number(&lane, "LANE_", wire::Lane::from_str_name)?,
                reason,
                etag,
                request_id: request_id(),
                ..wire::OverrideLaneRequest::default()
            };
            let screening = connection.screenings().override_lane(request).await?.into_inner();
            if json {
                return output::json(&screening);
            }
            show(&screening, connection.language());
            Ok(())
        }
        cli::Screening::Show { name } => {
            let request = wire::GetScreeningRequest { name: resource("screenings", &name) };
            let screening = connection.screenings().get_screening(request).await?.into_inner();
            if json {
                return output::json(&screening);
            }
            show(&screening, connection.language());
            Ok(())
        }
        cli::Screening::Replay { name } => replay(connection, &name, json).await,
        cli::Screening::WorkList(asked) => super::work_list::run(connection, &asked, json).await,
        cli::Screening::Status => status(connection, json).await,
    }
}

/// The reference and the goods item of a declaration, as people write them.
fn declared(declaration: Option<&str>) -> Result<(String, i32), Failure> {
    let Some(declaration) = declaration else { return Ok((String::new(), 0)) };
    let parts = declaration.rsplit_once('/');
    let parsed = parts.and_then(|(reference, item)| Some((reference.to_owned(), item.parse().ok()?)));
    parsed.ok_or_else(|| {
        Failure::usage(format!("--declaration wants a reference, a slash and an item; got {declaration}"))
    })
}

async fn list(
    connection: &Connection,
    request: wire::ListScreeningsRequest,
    limit: usize,
    json: bool,
) -> Result<(), Failure> {
    let screenings = pages(limit, async |page_size, page_token| {
        let request = wire::ListScreeningsRequest { page_size, page_token, ..request.clone() };
        let page = connection.screenings().list_screenings(request).await?.into_inner();
        Ok((page.screenings, page.next_page_token))
    })
    .await?;
    if json {
        return screenings.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["screening", "lane", "unsafe", "goods", "description", "chosen"]);
    for screening in &screenings {
        let goods = screening.consignment.clone().unwrap_or_default();
        table.add_row([
            screening.name.trim_start_matches("screenings/").to_owned(),
            output::word(screening.lane().as_str_name(), "LANE_"),
            output::probability(screening.unsafe_probability.as_ref()),
            goods::known_as(&goods),
            goods.description,
            selection(screening.draw.as_ref()),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", screenings.len()));
    Ok(())
}

fn selection(draw: Option<&wire::Draw>) -> String {
    draw.map(|draw| output::word(draw.selection().as_str_name(), "SELECTION_")).unwrap_or_default()
}

/// One decision with all that it rests on.
fn show(screening: &wire::Screening, language: cli::Language) {
    let goods = screening.consignment.clone().unwrap_or_default();
    let chance = match (&screening.draw, screening.takes_part_in_lot) {
        (Some(draw), _) => {
            format!("{}, with probability {:.3} under {}", selection(Some(draw)), draw.probability, draw.plan)
        }
        (None, true) => "not yet: it would take part in the lot".to_owned(),
        (None, false) => "for certain, without the lot".to_owned(),
    };
    let unsafe_probability = output::probability(screening.unsafe_probability.as_ref());
    let measured = match &screening.unsafe_probability {
        Some(known) if !known.stated => format!(", from {:.0} observations", known.observations),
        _ => ", not measured".to_owned(),
    };
    let exporter = goods.exporter.as_ref().map(|party| party.name.clone()).unwrap_or_default();
    let mut facts = output::table(&[]);
    for (label, fact) in [
        ("name", screening.name.clone()),
        ("lane", output::word(screening.lane().as_str_name(), "LANE_")),
        ("unsafe", format!("{unsafe_probability}{measured}")),
        ("goods", goods::known_as(&goods)),
        ("what", format!("{} {} {}", goods.commodity_code, goods.description, goods.brand)),
        ("exporter", exporter),
        ("at", format!("{}, arriving {} UTC", goods.entry_point, output::time(goods.arrival_time.as_ref()))),
        ("product area", screening.product_area.clone()),
        ("chosen", chance),
        ("is", output::word(screening.state().as_str_name(), "SCREENING_STATE_")),
        ("amends", screening.supersedes.clone()),
        ("amended by", screening.superseded_by.clone()),
        ("control", screening.control.clone()),
        ("model", screening.model.clone()),
        ("decided (UTC)", output::time(screening.screen_time.as_ref())),
        ("alerts known until", output::time(screening.alerts_known_until.as_ref())),
    ] {
        if !fact.trim().is_empty() {
            facts.add_row([label.to_owned(), fact]);
        }
    }
    output::line(facts);
    for unread in &screening.unread {
        output::line(format!("could not be read: {}: {}", unread.field, unread.description));
    }
    for word in &screening.overrides {
        let [former, lane] =
            [word.former_lane(), word.lane()].map(|lane| output::word(lane.as_str_name(), "LANE_"));
        let time = output::time(word.override_time.as_ref());
        output::line(format!(
            "{} put it from {former} into {lane} at {time} UTC: {}",
            word.principal, word.reason
        ));
    }
    let mut reasons = output::table(&["why", "weight", "of", ""]);
    for reason in &screening.reasons {
        reasons.add_row([
            output::word(reason.kind().as_str_name(), "REASON_KIND_"),
            format!("{:+.2}", reason.weight),
            if reason.features.is_empty() { reason.subject.clone() } else { String::new() },
            reasons::in_words(reason, language),
        ]);
    }
    output::line(reasons);
    for matched in &screening.matched_notifications {
        let (share, by) = (100.0 * matched.match_probability, matched.matched_by.join(", "));
        output::line(format!("matches {} with {share:.0} %, by {by}", matched.notification));
    }
    for matched in &screening.matched_inspections {
        let verdict = output::word(matched.verdict().as_str_name(), "VERDICT_");
        let counted = if matched.counted { "" } else { "; it did not count" };
        output::line(format!(
            "inspected: {} of {} by {} (data: {verdict}){counted}",
            matched.inspection, matched.inspection_body, matched.matched_by
        ));
    }
}

async fn replay(connection: &Connection, name: &str, json: bool) -> Result<(), Failure> {
    let request = wire::ReplayScreeningRequest { name: resource("screenings", name) };
    let replayed = connection.screenings().replay_screening(request).await?.into_inner();
    if json {
        return output::json(&replayed);
    }
    let (stored, again) = (replayed.stored.unwrap_or_default(), replayed.replayed.unwrap_or_default());
    let told = |screening: &wire::Screening| {
        let lane = output::word(screening.lane().as_str_name(), "LANE_");
        format!("{lane}, {}", output::probability(screening.unsafe_probability.as_ref()))
    };
    output::line(format!("decided: {}", told(&stored)));
    output::line(format!("again:   {}", told(&again)));
    if replayed.identical {
        output::line("the same, from what was recorded");
        return Ok(());
    }
    Err(Failure { exit: 4, message: format!("{} is not decided the same again", stored.name) })
}

async fn status(connection: &Connection, json: bool) -> Result<(), Failure> {
    let request = wire::GetScreeningStatusRequest {};
    let status = connection.screenings().get_screening_status(request).await?.into_inner();
    if json {
        return output::json(&status);
    }
    let following = match (status.following, status.alerts_source_restored) {
        (true, _) => "followed",
        (false, true) => {
            "restored from a backup: the alerts are built anew, and those that were known are matched on"
        }
        (false, false) => "not reached at present",
    };
    let lost = match status.alerts_lost {
        0 => String::new(),
        lost => {
            format!("{lost}, with a restore of their service, and not told again: ask those who sent them")
        }
    };
    let mut facts = output::table(&[]);
    for (label, fact) in [
        ("alerts", format!("{}, up to position {}", status.alerts, status.alerts_position)),
        ("alerts known until", output::time(status.alerts_known_until.as_ref())),
        ("feed of alerts", following.to_owned()),
        ("alerts lost", lost),
        ("pre-inspections", status.inspections.to_string()),
        ("model", status.model),
        ("model in shadow", status.shadow_model),
    ] {
        if !fact.is_empty() {
            facts.add_row([label.to_owned(), fact]);
        }
    }
    output::line(facts);
    let is_followed = status.following || status.alerts_source_restored;
    if !is_followed {
        let known = match status.alerts_known_until {
            None => "no alerts were ever followed",
            Some(_) => "alerts are not followed at present, and new ones are not known",
        };
        output::complain(format!(
            "warning: {known}: goods pass that an alert is about. Configure alerts.channel, or see the log for why its feed is not reached"
        ));
    }
    if status.alerts == 0 {
        output::complain("warning: no alerts are known: no goods can match one");
    }
    Ok(())
}
