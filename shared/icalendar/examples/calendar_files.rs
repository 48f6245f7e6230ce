//! Writes calendar objects into a folder, for whoever reads them with other programs (`tests/clients/check_calendars.py`).
//! Standard output says of each file, tab between: file, method, UID, SEQUENCE, `cancelled` or `confirmed`, and the instants
//! at which people meet, as far as they are told.

#![allow(clippy::print_stdout, reason = "it speaks to a pipe")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use seamless_calendar::{Series, WallTime, Zones};
use seamless_icalendar::{
    Address, Attendee, CalendarObject, Feed, Meeting, Organizer, Otherwise, Participation, Published,
    Revision, Times, cancellation, publication, request,
};

const PLACES: [(&str, &str); 5] = [
    ("brussels", "Europe/Brussels"),
    ("beijing", "Asia/Shanghai"),
    ("ottawa", "America/Toronto"),
    ("washington", "America/New_York"),
    ("winnipeg", "America/Winnipeg"),
];
const HOUR: Duration = Duration::from_secs(3600);
/// Texts that a writer of lines falls over: every kind of separator, ends of lines, and characters of several octets.
const TITLE: &str =
    "化妆品安全研讨会：标签、成分；与检测 – “workshop”; part 1, \\ all 🧪 of it in one quite long line";
const MORE: &str =
    "第一行，说明。\nSecond line; with, separators: and \\ all.\r\nBEGIN:VEVENT\nEND:VCALENDAR";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("wants a folder")?;
    let (folder, zones) = (Path::new(&folder), Zones::bundled());
    for (place, zone) in PLACES {
        // Before and behind the changes of both sides, in both years.
        for local in [
            "2026-03-06T09:00",
            "2026-03-09T09:00",
            "2026-03-27T09:00",
            "2026-03-30T09:00",
            "2026-10-23T09:00",
            "2026-10-26T09:00",
            "2026-10-30T09:00",
            "2026-11-02T09:00",
            "2026-11-20T09:00",
            "2027-01-15T09:00",
            "2027-03-12T23:30",
            "2027-03-15T09:00",
            "2027-03-29T09:00",
            "2027-10-29T09:00",
            "2027-11-01T09:00",
            "2027-11-08T09:00",
        ] {
            let at = WallTime::new(local.parse()?, zone, None, &zones)?;
            let told = [at.instant(&zones)?.to_string()];
            let meeting =
                meeting(Revision::first(&format!("{place}-{local}@training.example"))?, Times::Once(at))?;
            let name = format!("{place}-{}", local.replace(':', ""));
            write(folder, &name, &request(&meeting, &zones)?, &meeting, &told)?;
        }
        chain(folder, place, zone, &zones)?;
    }
    // At half past two, over the nights in which the clocks of each place skip it: by COUNT, by UNTIL, and ending on such a night.
    for (name, start, zone, rule) in [
        ("count", "2027-03-26T02:30", "Europe/Brussels", "FREQ=DAILY;COUNT=4"),
        ("until", "2027-03-12T02:30", "America/New_York", "FREQ=DAILY;UNTIL=20270316T235959"),
        ("weekly", "2027-03-07T02:15", "America/Toronto", "FREQ=WEEKLY;BYDAY=SU;COUNT=60"),
        ("yearly", "2026-03-20T02:30", "Europe/Brussels", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=20,28;COUNT=6"),
        ("last", "2027-03-26T02:30", "Europe/Brussels", "FREQ=DAILY;UNTIL=20270328"),
        ("first-of-two", "2027-10-29T02:30", "Europe/Brussels", "FREQ=DAILY;COUNT=4"),
    ] {
        let start = WallTime::new(start.parse()?, zone, None, &zones)?;
        let (left_out, moved) = (BTreeSet::new(), BTreeMap::new());
        let series = Series { start, rule: rule.parse()?, left_out, moved };
        let told = series.occurrences(500, &zones)?.map(|it| it.instant.to_string()).collect::<Vec<_>>();
        let revision = Revision::first(&format!("skipped-{name}@training.example"))?;
        let times = Times::Series { series: Box::new(series), most: 500, otherwise: BTreeMap::new() };
        let meeting = meeting(revision, times)?;
        write(folder, &format!("skipped-{name}"), &request(&meeting, &zones)?, &meeting, &told)?;
    }
    // Half past two in the night in which it comes twice: the second time.
    let at = WallTime::new("2026-10-25T02:30".parse()?, "Europe/Brussels", Some(true), &zones)?;
    let twice = meeting(Revision::first("twice@training.example")?, Times::Once(at.clone()))?;
    write(folder, "twice", &request(&twice, &zones)?, &twice, &[at.instant(&zones)?.to_string()])?;
    Ok(())
}

/// A series over all the changes, with one meeting left out, one moved, and two that are longer and elsewhere; then it is changed, then
/// called off, and shown so.
fn chain(folder: &Path, place: &str, zone: &str, zones: &Zones) -> Result<(), Box<dyn Error>> {
    let at =
        |local: &str, zone: &str| Ok::<_, Box<dyn Error>>(WallTime::new(local.parse()?, zone, None, zones)?);
    let mut series = Series {
        start: at("2026-02-03T14:00", zone)?,
        rule: "FREQ=WEEKLY;BYDAY=TU;UNTIL=20271231T235959".parse()?,
        left_out: BTreeSet::from(["2026-03-31T14:00".parse()?]),
        moved: BTreeMap::from([("2026-11-03T14:00".parse()?, at("2026-11-04T10:00", "Europe/Brussels")?)]),
    };
    let mut revision = Revision::first(&format!("{place}@training.example"))?;
    for step in ["asked", "changed", "cancelled"] {
        let told = series.occurrences(500, zones)?.map(|it| it.instant.to_string()).collect::<Vec<_>>();
        let times = Times::Series {
            series: Box::new(series.clone()),
            most: 500,
            otherwise: BTreeMap::from([
                ("2026-11-03T14:00".parse()?, longer("Room 7; 七号厅")),
                ("2026-12-01T14:00".parse()?, longer("Laboratory")),
            ]),
        };
        let meeting = meeting(revision.clone(), times)?;
        let object = match step {
            "cancelled" => cancellation(&meeting, zones)?,
            _ => request(&meeting, zones)?,
        };
        write(folder, &format!("{place}-{step}"), &object, &meeting, &told)?;
        let feed = Feed {
            name: "培训 · training".to_owned(),
            description: None,
            refresh: HOUR,
            meetings: vec![Published { meeting: meeting.clone(), cancelled: step == "cancelled" }],
        };
        write(folder, &format!("{place}-{step}-feed"), &publication(&feed, zones)?, &meeting, &told)?;
        series.left_out.insert("2027-03-23T14:00".parse()?);
        revision = revision.next()?;
    }
    Ok(())
}

fn longer(location: &str) -> Otherwise {
    Otherwise { duration: Some(2 * HOUR), location: Some(location.to_owned()) }
}

fn meeting(revision: Revision, times: Times) -> Result<Meeting, Box<dyn Error>> {
    Ok(Meeting {
        revision,
        stamped: "2026-01-15T08:00:00Z".parse()?,
        times,
        duration: HOUR + HOUR / 2,
        summary: TITLE.to_owned(),
        description: Some(MORE.to_owned()),
        location: Some("Room 1, Brussels; 线上".to_owned()),
        url: Some("https://meet.training.example/j/1?a=b,c;d".to_owned()),
        language: Some("zh-Hans".parse()?),
        organizer: Some(Organizer {
            name: "Training".to_owned(),
            address: Address::parse("training@a.example")?,
        }),
        attendees: vec![Attendee {
            name: "Twin, \"Dana\"; 丹".to_owned(),
            address: Address::parse("dana@b.example")?,
            participation: Participation::NeedsAction,
            answer_wanted: true,
            language: Some("zh".parse()?),
        }],
        alarm: Some(HOUR / 4),
    })
}

fn write(
    folder: &Path,
    name: &str,
    object: &CalendarObject,
    meeting: &Meeting,
    told: &[String],
) -> Result<(), Box<dyn Error>> {
    fs::write(folder.join(format!("{name}.ics")), object.text())?;
    let cancelled = if name.contains("cancelled") { "cancelled" } else { "confirmed" };
    let (uid, sequence) = (meeting.revision.uid(), meeting.revision.sequence());
    println!("{name}.ics\t{}\t{uid}\t{sequence}\t{cancelled}\t{}", object.method().word(), told.join(" "));
    Ok(())
}
