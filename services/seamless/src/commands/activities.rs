//! `seamless activities`: prepared, announced, moved, cancelled, held.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    training::v1 as wire,
    r#type::v1::{LanguageVersion, LocalTime, LocalizedText},
};

use super::{
    beginning::{Known, whole_name},
    document, pages, request_id,
    sandbox_clock::now_out,
    states,
};
use crate::{cli, connection::Connection, error::Failure, output};

/// Activities among which a beginning of an id is looked for.
const LOOKED_AT: usize = 2_000;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Activities, json: bool) -> Result<(), Failure> {
    let mut client = connection.activities();
    match step {
        cli::Activities::List { text, state, kind, coming, limit } => {
            let states = states(&state, "ACTIVITY_STATE_", |name| {
                wire::ActivityState::from_str_name(name).map(Into::into)
            })?;
            let kinds = states_of_kinds(&kind)?;
            let from_time = if coming { Some(now_out(connection).await) } else { None };
            let filter = wire::ActivityFilter { states, kinds, text, from_time, ..Default::default() };
            let activities = collect(connection, filter, limit).await?;
            list(&activities, json)
        }
        cli::Activities::Show(name) => show(&get(connection, &name.name).await?, json),
        cli::Activities::Create { file, publish } => {
            let activity = document::read(&file)?;
            let made = created(connection, activity).await?;
            let made = if publish { published(connection, made).await? } else { made };
            show(&made, json)
        }
        cli::Activities::Publish(name) => {
            let draft = get(connection, &name.name).await?;
            show(&published(connection, draft).await?, json)
        }
        cli::Activities::Reschedule { name, session, start, zone, without, reason } => {
            let mut present = get(connection, &name.name).await?;
            leave_out(&mut present, &without)?;
            let sessions = moved(&present, session.as_deref(), start, zone)?;
            let request = wire::RescheduleActivityRequest {
                name: present.name,
                etag: present.etag,
                sessions,
                reason,
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.reschedule_activity(request).await?.into_inner(), json)
        }
        cli::Activities::Cancel { name, reason } => {
            let request = wire::CancelActivityRequest {
                name: name_of(connection, &name.name).await?,
                reason,
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.cancel_activity(request).await?.into_inner(), json)
        }
        cli::Activities::Hold { name, participants, en, zh } => {
            let versions = [("en", en), ("zh-Hans", zh)].into_iter().filter(|(_, text)| !text.is_empty());
            let versions: Vec<LanguageVersion> = versions
                .map(|(language, text)| LanguageVersion {
                    language_code: language.to_owned(),
                    text,
                    ..Default::default()
                })
                .collect();
            let request = wire::HoldActivityRequest {
                name: name_of(connection, &name.name).await?,
                participants,
                conclusions: (!versions.is_empty()).then_some(LocalizedText { versions }),
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.hold_activity(request).await?.into_inner(), json)
        }
    }
}

/// Begins an activity.
pub async fn created(connection: &Connection, activity: wire::Activity) -> Result<wire::Activity, Failure> {
    let request = wire::CreateActivityRequest {
        activity: Some(activity),
        request_id: request_id(),
        ..Default::default()
    };
    Ok(connection.activities().create_activity(request).await?.into_inner())
}

/// Announces an activity.
pub async fn published(connection: &Connection, draft: wire::Activity) -> Result<wire::Activity, Failure> {
    let request = wire::PublishActivityRequest {
        name: draft.name,
        etag: draft.etag,
        request_id: request_id(),
        ..Default::default()
    };
    Ok(connection.activities().publish_activity(request).await?.into_inner())
}

/// The first `limit` activities.
pub async fn collect(
    connection: &Connection,
    filter: wire::ActivityFilter,
    limit: usize,
) -> Result<Vec<wire::Activity>, Failure> {
    pages(limit, async |page_size, page_token| {
        let request = wire::ListActivitiesRequest { filter: Some(filter.clone()), page_size, page_token };
        let page = connection.activities().list_activities(request).await?.into_inner();
        Ok((page.activities, page.next_page_token))
    })
    .await
}

async fn get(connection: &Connection, given: &str) -> Result<wire::Activity, Failure> {
    let request = wire::GetActivityRequest { name: name_of(connection, given).await? };
    Ok(connection.activities().get_activity(request).await?.into_inner())
}

/// `activities/UUID` for that, for the UUID alone, or for a beginning of it that no other has.
pub async fn name_of(connection: &Connection, given: &str) -> Result<String, Failure> {
    whole_name("activities", given, async || {
        // A drill is named like anything else.
        let statuses =
            [EventStatus::Actual, EventStatus::Exercise, EventStatus::Test].map(Into::into).to_vec();
        let filter = wire::ActivityFilter { statuses, ..Default::default() };
        let all = collect(connection, filter, LOOKED_AT).await?;
        let known =
            |one: wire::Activity| Known { title: output::text_of(one.title.as_ref()), name: one.name };
        Ok(all.into_iter().map(known).collect())
    })
    .await
}

fn states_of_kinds(kinds: &[String]) -> Result<Vec<i32>, Failure> {
    states(kinds, "ACTIVITY_KIND_", |name| wire::ActivityKind::from_str_name(name).map(Into::into))
}

/// Leaves sessions out, each by its id.
fn leave_out(present: &mut wire::Activity, without: &[String]) -> Result<(), Failure> {
    let is_known = |id: &&String| present.sessions.iter().any(|one| one.id == **id);
    if let Some(unknown) = without.iter().find(|id| !is_known(id)) {
        let known: Vec<&str> = present.sessions.iter().map(|one| one.id.as_str()).collect();
        return Err(Failure::usage(format!("there is no session {unknown}: {}", known.join(", "))));
    }
    present.sessions.retain(|one| !without.contains(&one.id));
    Ok(())
}

/// The sessions as they are, with one at another time.
fn moved(
    present: &wire::Activity,
    session: Option<&str>,
    start: String,
    zone: Option<String>,
) -> Result<Vec<wire::Session>, Failure> {
    let mut sessions = present.sessions.clone();
    let known: Vec<String> = sessions.iter().map(|one| one.id.clone()).collect();
    let moves = match (session, sessions.len()) {
        (None, 1) => sessions.first_mut(),
        (None, _) => None,
        (Some(id), _) => sessions.iter_mut().find(|one| one.id == id),
    };
    let Some(moves) = moves else {
        return Err(Failure::usage(format!("say which --session moves: {}", known.join(", "))));
    };
    let zone = zone.or_else(|| moves.start.as_ref().map(|start| start.zone.clone())).unwrap_or_default();
    moves.start = Some(LocalTime { local: start, zone, later: None });
    Ok(sessions)
}

fn list(activities: &[wire::Activity], json: bool) -> Result<(), Failure> {
    if json {
        return activities.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["id", "begins", "kind", "state", "organiser", "about"]);
    for one in activities {
        table.add_row([
            one.name.trim_start_matches("activities/").chars().take(13).collect(),
            begins(one),
            output::word(one.kind().as_str_name(), "ACTIVITY_KIND_"),
            output::word(one.state().as_str_name(), "ACTIVITY_STATE_"),
            one.organiser.clone(),
            format!("{}{}", super::mark(one.status()), output::text_of(one.title.as_ref())),
        ]);
    }
    output::line(table);
    Ok(())
}

/// When it begins first, by the clocks of its session.
fn begins(activity: &wire::Activity) -> String {
    let meetings = activity.sessions.iter().flat_map(|session| &session.meetings);
    let first = meetings.min_by_key(|one| one.start_time.as_ref().map_or(0, |time| time.seconds));
    first.and_then(|first| first.start.as_ref()).map(local).unwrap_or_default()
}

fn local(time: &LocalTime) -> String {
    let minutes: String = time.local.chars().take(16).collect();
    format!("{} {}", minutes.replace('T', " "), time.zone)
}

/// Shows an activity.
fn show(activity: &wire::Activity, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(activity);
    }
    let mut table = output::table(&[]);
    let mut fact = |label: &str, text: String| {
        if !text.is_empty() {
            table.add_row([label.to_owned(), text]);
        }
    };
    fact("activity", activity.name.clone());
    for version in activity.title.iter().flat_map(|title| &title.versions) {
        fact(&format!("title ({})", version.language_code), version.text.clone());
    }
    fact("kind", output::word(activity.kind().as_str_name(), "ACTIVITY_KIND_"));
    fact("state", output::word(activity.state().as_str_name(), "ACTIVITY_STATE_"));
    fact("organiser", activity.organiser.clone());
    fact("co-organisers", activity.co_organisers.join(", "));
    fact("arrangement", activity.arrangement.clone());
    fact("why it changed", activity.change_note.clone());
    for conflict in &activity.conflicts {
        let speakers = conflict.speakers.iter().map(String::as_str);
        let wants: Vec<&str> =
            speakers.chain(Some(conflict.room.as_str()).filter(|room| !room.is_empty())).collect();
        let (meeting, session) = (&conflict.meeting, &conflict.session);
        fact("overlaps", format!("{}: {}, from {session} {meeting} on", conflict.activity, wants.join(", ")));
    }
    fact("why it was cancelled", activity.cancel_reason.clone());
    fact("join", activity.join_link.clone());
    if let Some(seats) = &activity.seats {
        fact("seats", seats_line(seats));
    }
    if let Some(held) = &activity.held {
        fact("participants", held.participants.to_string());
        fact("conclusions", output::text_of(held.conclusions.as_ref()));
    }
    fact("sequence, zones", format!("{}, {}", activity.sequence, activity.zone_data));
    output::line(table);
    let mut table = output::table(&["session", "local", "from (UTC)", "until (UTC)"]);
    for session in &activity.sessions {
        for meeting in &session.meetings {
            table.add_row([
                session.id.clone(),
                meeting.start.as_ref().map(local).unwrap_or_default(),
                output::time(meeting.start_time.as_ref()),
                output::time(meeting.end_time.as_ref()),
            ]);
        }
    }
    output::line(table);
    Ok(())
}

/// How seats are taken.
pub fn seats_line(seats: &wire::Seats) -> String {
    let wire::Seats { capacity, confirmed, offered, waiting, pending } = seats;
    format!("{confirmed} confirmed and {offered} offered of {capacity}; {waiting} wait, {pending} pending")
}
