//! `seamless screening work-list`: what officers have to do at an entry point on a day, with why, as a table for a spreadsheet.
//!
//! Invariants: each goods item has a row of its own; no cell is a formula; numbers and times are numbers and times.

use std::{collections::HashSet, ops::Range, path::Path};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use seamless_calendar::Zones;
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::EventStatus};

use super::{cells::guarded, number, pages, rows::goods};
use crate::{cli, connection::Connection, error::Failure, output};

/// The columns, with how wide they are in a workbook, in characters.
const COLUMNS: [(&str, f64); 16] = [
    ("lane", 8.0),
    ("chosen", 12.0),
    ("plan", 11.0),
    // Where the goods arrive, by the last version of their declaration.
    ("entry_point", 9.0),
    ("unsafe_probability", 10.0),
    ("why", 80.0),
    ("goods", 24.0),
    ("description", 40.0),
    ("commodity_code", 14.0),
    ("country_of_origin", 9.0),
    ("containers", 16.0),
    ("exporter", 30.0),
    ("importer", 30.0),
    ("arrival_time_utc", 17.0),
    ("gross_mass_kg", 12.0),
    ("screening", 48.0),
];

/// How goods are marked that should have been examined, where the day had no capacity left.
const NO_CAPACITY: &str = "demanded, no capacity";

/// The day of a work list.
struct Day {
    /// The name of its plan.
    plan: String,
    /// From its first moment to that of the next day.
    arrivals: Range<Timestamp>,
}

/// A cell.
enum Cell {
    Text(String),
    Share(f64),
    Number(f64),
    Time(Timestamp),
    Nothing,
}

/// Writes the work list of a day.
///
/// # Errors
/// The zone or the file's ending is none; the service refuses; the file cannot be written.
pub async fn run(connection: &Connection, asked: &cli::WorkList, json: bool) -> Result<(), Failure> {
    let ending = asked.out.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    if !["csv", "xlsx"].contains(&ending.as_str()) {
        let file = asked.out.display();
        return Err(Failure::usage(format!("--out wants a name that ends in .csv or .xlsx; got {file}")));
    }
    let zone_name = match &asked.zone {
        Some(zone) => zone.clone(),
        None => zone_at(connection, &asked.entry_point).await?,
    };
    let zone = Zones::bundled().get(&zone_name);
    let zone = zone.map_err(|_| {
        Failure::usage(format!("--zone wants a time zone such as Europe/Amsterdam; got {zone_name}"))
    })?;
    let screenings = of_day(connection, asked, &zone).await?;
    let rows: Vec<[Cell; COLUMNS.len()]> = screenings.iter().map(row).collect();
    let bytes = match ending.as_str() {
        "xlsx" => {
            workbook(asked, &rows).map_err(|error| Failure::while_doing("writing a workbook", error))?
        }
        _ => table(&rows)?,
    };
    write(&asked.out, &bytes)?;
    let count = |lane: wire::Lane| screenings.iter().filter(|one| one.lane() == lane).count();
    let (red, yellow) = (count(wire::Lane::Red), count(wire::Lane::Yellow));
    let file = asked.out.display().to_string();
    output::line(match json {
        true => format!(
            r#"{{"rows":{},"red":{red},"yellow":{yellow},"zone":{},"file":{}}}"#,
            rows.len(),
            output::plain_json(&zone_name)?,
            output::plain_json(&file)?
        ),
        false => {
            let day = asked.day;
            format!("{} rows of {day} in {zone_name}, {red} red and {yellow} yellow: {file}", rows.len())
        }
    });
    Ok(())
}

/// The time zone in which the days of an entry point begin and end.
async fn zone_at(connection: &Connection, port: &str) -> Result<String, Failure> {
    let request = wire::ListEntryPointsRequest {};
    let all = connection.targeting().list_entry_points(request).await?.into_inner().entry_points;
    let name = format!("entryPoints/{port}");
    if let Some(entry_point) = all.iter().find(|one| one.name == name) {
        return Ok(entry_point.time_zone.clone());
    }
    let known: Vec<&str> = all.iter().map(|one| one.name.trim_start_matches("entryPoints/")).collect();
    Err(Failure::usage(format!("{port} is no entry point; there are {}", known.join(", "))))
}

/// The decisions that are the work of the day, in its order.
async fn of_day(
    connection: &Connection,
    asked: &cli::WorkList,
    zone: &TimeZone,
) -> Result<Vec<wire::Screening>, Failure> {
    let wrong = |error: jiff::Error| Failure::usage(format!("--day {}: {error}", asked.day));
    let midnight = |day: jiff::civil::Date| day.to_zoned(zone.clone()).map_err(wrong);
    let (begin, end) = (midnight(asked.day)?, midnight(asked.day.tomorrow().map_err(wrong)?)?);
    let first = begin.checked_sub(asked.back.days()).map_err(wrong)?.timestamp();
    let start_time = Some(prost_types::Timestamp { seconds: first.as_second(), nanos: 0 });
    let day = Day {
        plan: format!("entryPoints/{}/plans/{}", asked.entry_point, asked.day),
        arrivals: begin.timestamp()..end.timestamp(),
    };
    let mut found = Vec::new();
    for lane in &asked.lane {
        let lane = number(lane, "LANE_", wire::Lane::from_str_name)?;
        let decided = pages(usize::MAX, async |page_size, page_token| {
            let request = wire::ListScreeningsRequest {
                entry_point: asked.entry_point.clone(),
                lane,
                start_time,
                state: wire::ScreeningState::Current.into(),
                page_size,
                page_token,
                ..wire::ListScreeningsRequest::default()
            };
            let page = connection.screenings().list_screenings(request).await?.into_inner();
            Ok((page.screenings, page.next_page_token))
        });
        found.extend(decided.await?.into_iter().filter(|one| day.has(one)));
    }
    Ok(in_order(found))
}

impl Day {
    /// Whether the goods are work of the day: its plan has them, or they arrive on it.
    fn has(&self, screening: &wire::Screening) -> bool {
        let arrival = screening.consignment.as_ref().and_then(|goods| time_of(goods.arrival_time.as_ref()));
        let is_planned = screening.draw.as_ref().is_some_and(|draw| draw.plan == self.plan);
        let arrives = arrival.is_some_and(|time| self.arrivals.contains(&time));
        (is_planned || arrives) && screening.status() == EventStatus::Actual
    }
}

/// The decisions in the order of work. What was amended while they were read stands there as it was amended alone.
fn in_order(mut found: Vec<wire::Screening>) -> Vec<wire::Screening> {
    let mut once = HashSet::new();
    found.retain(|one| once.insert(one.name.clone()));
    let amended: HashSet<String> = found.iter().map(|one| one.supersedes.clone()).collect();
    found.retain(|one| !amended.contains(&one.name));
    found.sort_by(|one, other| {
        order(one).cmp(&order(other)).then_with(|| likeliness(other).total_cmp(&likeliness(one)))
    });
    found
}

/// Red first, what was demanded before what was chosen; then what was demanded and met no capacity; then yellow, blue and
/// green.
fn order(screening: &wire::Screening) -> (u8, u8) {
    let lane = match screening.lane() {
        wire::Lane::Red => 0,
        wire::Lane::Yellow if met_no_capacity(screening) => 1,
        wire::Lane::Yellow => 2,
        wire::Lane::Blue => 3,
        wire::Lane::Green | wire::Lane::Unspecified => 4,
    };
    let selection = screening.draw.as_ref().map(wire::Draw::selection);
    (lane, u8::from(selection != Some(wire::Selection::Mandatory)))
}

/// Whether it should have been examined, and no officer has put it into another lane since.
fn met_no_capacity(screening: &wire::Screening) -> bool {
    let is_said = screening.reasons.iter().any(|reason| reason.kind() == wire::ReasonKind::CapacityExhausted);
    is_said && screening.lane() == wire::Lane::Yellow
}

fn likeliness(screening: &wire::Screening) -> f64 {
    screening.unsafe_probability.as_ref().map_or(0.0, |known| known.mean)
}

fn time_of(time: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
    time.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok())
}

fn row(screening: &wire::Screening) -> [Cell; COLUMNS.len()] {
    let goods = screening.consignment.clone().unwrap_or_default();
    let name =
        |party: &Option<wire::Party>| party.as_ref().map(|party| party.name.clone()).unwrap_or_default();
    let draw = screening.draw.clone().unwrap_or_default();
    let chosen = match met_no_capacity(screening) {
        true => NO_CAPACITY.to_owned(),
        false => output::word(draw.selection().as_str_name(), "SELECTION_"),
    };
    let plan = draw.plan.rsplit('/').next().unwrap_or_default();
    let why: Vec<&str> = screening.reasons.iter().map(|reason| reason.explanation.as_str()).collect();
    [
        Cell::Text(output::word(screening.lane().as_str_name(), "LANE_")),
        Cell::Text(chosen),
        Cell::Text(plan.to_owned()),
        Cell::Text(goods.entry_point.clone()),
        screening.unsafe_probability.as_ref().map_or(Cell::Nothing, |known| Cell::Share(known.mean)),
        Cell::Text(why.join("\n")),
        Cell::Text(goods::known_as(&goods)),
        Cell::Text(goods.description.clone()),
        Cell::Text(goods.commodity_code.clone()),
        Cell::Text(goods.country_of_origin.clone()),
        Cell::Text(goods.containers.join("; ")),
        Cell::Text(name(&goods.exporter)),
        Cell::Text(name(&goods.importer)),
        time_of(goods.arrival_time.as_ref()).map_or(Cell::Nothing, Cell::Time),
        goods.gross_mass_kg.map_or(Cell::Nothing, Cell::Number),
        Cell::Text(screening.name.clone()),
    ]
}

/// UTF-8 with byte order mark, lines that end with CR LF [RFC 4180], as spreadsheets read it.
fn table(rows: &[[Cell; COLUMNS.len()]]) -> Result<Vec<u8>, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::while_doing("writing a table", error);
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS.map(|(name, _)| name)).map_err(|error| fail(&error))?;
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => guarded(text),
            Cell::Share(number) | Cell::Number(number) => number.to_string(),
            Cell::Time(time) => time.strftime("%Y-%m-%d %H:%M").to_string(),
            Cell::Nothing => String::new(),
        });
        writer.write_record(cells).map_err(|error| fail(&error))?;
    }
    writer.into_inner().map_err(|error| fail(&error))
}

fn workbook(asked: &cli::WorkList, rows: &[[Cell; COLUMNS.len()]]) -> Result<Vec<u8>, XlsxError> {
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let format = |number: &str| Format::new().set_num_format(number).set_align(FormatAlign::Top);
    let (share, mass, time) = (format("0.0%"), format("0.0"), format("yyyy-mm-dd hh:mm"));
    let mut workbook = Workbook::new();
    let sheet: &mut Worksheet = workbook.add_worksheet();
    sheet.set_name(format!("{} {}", asked.entry_point, asked.day))?.set_landscape().set_freeze_panes(1, 0)?;
    for (column, (name, width)) in (0_u16..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, &heading)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(said) => sheet.write_string_with_format(line, column, said, &text)?,
                Cell::Share(number) => sheet.write_number_with_format(line, column, *number, &share)?,
                Cell::Number(number) => sheet.write_number_with_format(line, column, *number, &mass)?,
                Cell::Time(moment) => {
                    let moment = ExcelDateTime::from_timestamp(moment.as_second())?;
                    sheet.write_datetime_with_format(line, column, moment, &time)?
                }
                Cell::Nothing => sheet,
            };
        }
    }
    if let (Ok(last), Ok(width)) = (u32::try_from(rows.len()), u16::try_from(COLUMNS.len())) {
        sheet.autofilter(0, 0, last, width - 1)?;
    }
    workbook.save_to_buffer()
}

/// Writes a file in full or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::while_doing(path.display(), error);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = path.with_file_name(format!(".{name}.part"));
    std::fs::write(&part, bytes).map_err(fail)?;
    std::fs::rename(&part, path).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "2026-11-21";

    /// Goods that arrive at this time, and have been decided under the plan of a day.
    fn decided(
        name: &str,
        lane: wire::Lane,
        selection: wire::Selection,
        (arrival, plan): (&str, &str),
    ) -> wire::Screening {
        let arrival: Timestamp = arrival.parse().unwrap();
        let goods = wire::Consignment {
            arrival_time: Some(prost_types::Timestamp { seconds: arrival.as_second(), nanos: 0 }),
            parcel_id: "P1".to_owned(),
            ..wire::Consignment::default()
        };
        let draw = wire::Draw {
            plan: format!("entryPoints/NLRTM/plans/{plan}"),
            selection: selection.into(),
            ..wire::Draw::default()
        };
        wire::Screening {
            name: name.to_owned(),
            lane: lane.into(),
            draw: Some(draw),
            consignment: Some(goods),
            status: EventStatus::Actual.into(),
            ..wire::Screening::default()
        }
    }

    fn names(screenings: &[wire::Screening]) -> Vec<&str> {
        screenings.iter().map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn a_day_has_what_its_plan_has_and_what_arrives() {
        let midnight = |day: &str| -> Timestamp { format!("{day}T00:00:00+01:00").parse().unwrap() };
        let day = Day {
            plan: format!("entryPoints/NLRTM/plans/{DAY}"),
            arrivals: midnight(DAY)..midnight("2026-11-22"),
        };
        let (red, chosen) = (wire::Lane::Red, wire::Selection::Targeted);
        let of = |arrival, plan| day.has(&decided("s", red, chosen, (arrival, plan)));
        assert!(of("2026-11-19T10:00:00Z", DAY), "who came late is drawn under the day on which he comes");
        assert!(of("2026-11-21T10:00:00Z", "2026-11-22"), "who arrives and has a place of the next day");
        assert!(of("2026-11-20T23:30:00Z", "2026-11-20"), "the day begins with that of the entry point");
        assert!(!of("2026-11-21T23:30:00Z", "2026-11-22"), "and ends with it");
        let drill = wire::Screening {
            status: EventStatus::Exercise.into(),
            ..decided("s", red, chosen, ("2026-11-21T10:00:00Z", DAY))
        };
        assert!(!day.has(&drill), "drills are no work");
    }

    #[test]
    fn items_of_one_parcel_have_rows_of_their_own_and_what_met_no_capacity_stands_behind_red() {
        use wire::{Lane::Red, Lane::Yellow, Selection};
        let at = ("2026-11-21T10:00:00Z", DAY);
        let likely = |mean, screening| wire::Screening {
            unsafe_probability: Some(wire::Probability { mean, ..wire::Probability::default() }),
            ..screening
        };
        let exhausted = wire::ScreeningReason {
            kind: wire::ReasonKind::CapacityExhausted.into(),
            ..wire::ScreeningReason::default()
        };
        let unmet = wire::Screening {
            reasons: vec![exhausted.clone()],
            ..decided("unmet", Yellow, Selection::None, at)
        };
        let put_into_red =
            wire::Screening { reasons: vec![exhausted], ..decided("officer", Red, Selection::None, at) };
        let amendment = wire::Screening {
            supersedes: "amended".to_owned(),
            ..decided("amendment", Yellow, Selection::None, at)
        };
        let found = vec![
            likely(0.9, decided("likely", Yellow, Selection::None, at)),
            decided("amended", Red, Selection::Targeted, at),
            amendment,
            likely(0.1, unmet.clone()),
            likely(0.2, decided("targeted", Red, Selection::Targeted, at)),
            put_into_red.clone(),
            decided("demanded", Red, Selection::Mandatory, at),
        ];
        let listed = in_order(found);
        assert_eq!(
            names(&listed),
            ["demanded", "targeted", "officer", "unmet", "likely", "amendment"],
            "each has a row, though all are of one parcel"
        );
        let said = |screening: &wire::Screening| match &row(screening)[1..3] {
            [Cell::Text(chosen), Cell::Text(plan)] => (chosen.clone(), plan.clone()),
            _ => panic!("texts"),
        };
        assert_eq!(said(&unmet), (NO_CAPACITY.to_owned(), DAY.to_owned()), "marked as such");
        assert_eq!(said(&put_into_red).0, "none", "an officer has put it where it is examined");
    }
}
