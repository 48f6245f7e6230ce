//! Samples written by us, for the first look: alerts and pre-inspections are loaded, arriving goods and what was found on
//! them lie in the data folder, to be tried.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::ToSpan;
use seamless_calendar::{Clock, Zones};
use seamless_proto::seamless::{
    consignments::v1 as goods, notifications::v1::NotificationFilter, training::v1 as training,
};

use crate::{
    cli::{self, Service, Target},
    commands::{activities, document, import, inspections, list, situation},
    connection::Connection,
    error::Failure,
    import::Format,
    local,
};

const ALERTS: &str = include_str!("../../sample/alerts.jsonl");
/// The authority whose alerts the sample is.
const ALERTED_BY: &str = "eu-just";
const INSPECTIONS: &str = include_str!("../../sample/inspections.csv");
/// The authority whose pre-inspections the sample is.
const INSPECTED_BY: &str = "cn-gacc";
const CONSIGNMENTS: &str = include_str!("../../sample/consignments.csv");
const CONTROLS: &str = include_str!("../../sample/controls.csv");
const ACTIVITIES: &str = include_str!("../../sample/activities.jsonl");
/// What two platforms exported of the workshop, by the name of the file.
const ATTENDANCE: [(&str, &str); 2] = [
    ("attendance-zoom.csv", include_str!("../../sample/attendance-zoom.csv")),
    ("attendance-tencent.csv", include_str!("../../sample/attendance-tencent.csv")),
];
/// Where the goods of the sample arrive.
const ARRIVING_AT: &str = "Europe/Amsterdam";
/// How long the alerts may take to be known to screening.
const PATIENCE: Duration = Duration::from_secs(10);

/// A link to the page that says how things stand.
pub struct SituationLink {
    /// With whom.
    pub authority: &'static str,
    pub url: String,
}

/// A link to the page of the authority whose alerts the sample is; none of a cooperation without it.
pub async fn situation_link(target: &Target) -> Result<Option<SituationLink>, Failure> {
    if !local::token(&target.data, ALERTED_BY).exists() {
        return Ok(None);
    }
    let connection = Connection::open(&as_of(target, ALERTED_BY), Service::Reporting)?;
    let url = situation::link(&connection).await?.url;
    Ok(Some(SituationLink { authority: ALERTED_BY, url }))
}

/// Writes the files of the sample, and loads what there is nothing of yet, through the API as an operator would.
pub async fn load(target: &Target, with_consignments: bool, clock: &dyn Clock) -> Result<(), Failure> {
    // A cooperation of the user's own, in which the sample has no place, gets none of it.
    let has = |authority: &str| local::token(&target.data, authority).exists();
    if has(ALERTED_BY) {
        load_alerts(&as_of(target, ALERTED_BY)).await?;
    }
    if with_consignments && has(INSPECTED_BY) && has(ALERTED_BY) {
        write_files(&target.data, clock)?;
        load_inspections(&as_of(target, INSPECTED_BY)).await?;
        wait_for_alerts(&as_of(target, ALERTED_BY), clock).await?;
    }
    if has(ALERTED_BY) {
        load_activities(&as_of(target, ALERTED_BY), clock).await?;
    }
    Ok(())
}

fn as_of(target: &Target, authority: &str) -> Target {
    Target {
        authority: Some(authority.to_owned()),
        address: None,
        ca: None,
        token: None,
        cert: None,
        key: None,
        json: false,
        language: target.language,
        data: target.data.clone(),
    }
}

/// Puts the files in the data folder, with days of now: goods arrive today. Pre-inspections keep the day they have.
fn write_files(data: &Path, clock: &dyn Clock) -> Result<(), Failure> {
    let folder = local::sample(data);
    let fail = |error: &dyn std::fmt::Display| Failure::while_doing(folder.display(), error);
    let zone = Zones::bundled().get(ARRIVING_AT).map_err(|error| fail(&error))?;
    let today = clock.now().to_zoned(zone).start_of_day().map_err(|error| fail(&error))?;
    let inspected = today.saturating_sub(20.days());
    let until = today.saturating_add(1.year());
    let dated = |text: &str| {
        text.replace("{today}", &today.timestamp().to_string())
            .replace("{inspected}", &inspected.timestamp().to_string())
            .replace("{until}", &until.date().to_string())
    };
    for (name, text) in [("consignments.csv", CONSIGNMENTS), ("controls.csv", CONTROLS)] {
        write_file(data, name, &dated(text))?;
    }
    if !folder.join("inspections.csv").exists() {
        write_file(data, "inspections.csv", &dated(INSPECTIONS))?;
    }
    Ok(())
}

/// Puts one file into the folder of the sample, and tells where it is.
fn write_file(data: &Path, name: &str, text: &str) -> Result<PathBuf, Failure> {
    let folder = local::sample(data);
    let file = folder.join(name);
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, text));
    written.map_err(|error| Failure::while_doing(file.display(), error))?;
    Ok(file)
}

async fn load_alerts(target: &Target) -> Result<(), Failure> {
    let connection = Connection::open(target, Service::Notifications)?;
    let anything =
        NotificationFilter { statuses: cli::Statuses::all().numbers(), ..NotificationFilter::default() };
    if !list::collect(&connection, anything, 1).await?.is_empty() {
        return Ok(());
    }
    let file = write_file(&target.data, "alerts.jsonl", ALERTS)?;
    let arguments = cli::Import {
        format: Format::Jsonl,
        file,
        draft: false,
        remarks: false,
        rejected: None,
        patience: Duration::ZERO,
    };
    let imported = import::send(&connection, &arguments).await?;
    all_taken("alerts", imported.counts.rejected)
}

async fn load_inspections(target: &Target) -> Result<(), Failure> {
    let connection = Connection::open(target, Service::Consignments)?;
    let request = goods::ListInspectionsRequest { page_size: 1, ..goods::ListInspectionsRequest::default() };
    if !connection.inspections().list_inspections(request).await?.into_inner().inspections.is_empty() {
        return Ok(());
    }
    let rows = cli::Rows {
        file: local::sample(&target.data).join("inspections.csv"),
        check: false,
        rejected: None,
        patience: Duration::ZERO,
    };
    let (counts, _) = inspections::send(&connection, &rows).await?;
    all_taken("pre-inspections", counts.rejected)
}

/// Announces the activities of the sample, with days from now on. Where an arrangement of the sample is none of the
/// cooperation's, its activities are left out.
async fn load_activities(target: &Target, clock: &dyn Clock) -> Result<(), Failure> {
    let connection = Connection::open(target, Service::Training)?;
    if !activities::collect(&connection, training::ActivityFilter::default(), 1).await?.is_empty() {
        return Ok(());
    }
    let today = jiff::tz::TimeZone::UTC.to_datetime(clock.now()).date();
    let dated = |text: &str| {
        let mut text = text.replace("{year}", &today.saturating_add(30.days()).year().to_string());
        for days in [30_i64, 60, 61] {
            let day = today.saturating_add(days.days());
            let american = day.strftime("%m/%d/%Y").to_string();
            text = text.replace(&format!("{{in {days} days}}"), &day.to_string());
            text = text.replace(&format!("{{zoom in {days} days}}"), &american);
        }
        text
    };
    for (name, text) in ATTENDANCE {
        write_file(&target.data, name, &dated(text))?;
    }
    for line in dated(ACTIVITIES).lines() {
        let activity = document::parsed(line)?;
        let made = match activities::created(&connection, activity).await {
            Ok(made) => made,
            Err(refused) if refused.exit == crate::error::REFUSED => continue,
            Err(failed) => return Err(failed),
        };
        activities::published(&connection, made).await?;
    }
    Ok(())
}

fn all_taken(what: &str, rejected: u64) -> Result<(), Failure> {
    match rejected {
        0 => Ok(()),
        rejected => Err(Failure::while_doing("sample", format!("{rejected} of its {what} were rejected"))),
    }
}

/// Waits until screening goes by the alerts of the sample. Where it takes too long, screening says how old they are.
async fn wait_for_alerts(target: &Target, clock: &dyn Clock) -> Result<(), Failure> {
    let connection = Connection::open(target, Service::Consignments)?;
    let loaded = clock.now().as_second();
    let known = async {
        loop {
            let request = goods::GetScreeningStatusRequest {};
            let status = connection.screenings().get_screening_status(request).await?.into_inner();
            if status.alerts_known_until.is_some_and(|until| until.seconds > loaded) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, known).await.unwrap_or(Ok(()))
}
