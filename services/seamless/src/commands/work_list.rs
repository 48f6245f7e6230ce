//! `seamless screening work-list`: what officers have to do at an entry point on a day, with why, as a table for a spreadsheet.
//!
//! Invariants: no cell is a formula; numbers and times are numbers and times.

use std::{cmp::Reverse, collections::HashSet, path::Path};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use seamless_calendar::Zones;
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::EventStatus};

use super::{cells::guarded, number, pages, rows::goods};
use crate::{cli, connection::Connection, error::Failure, output};

/// The columns, with how wide they are in a workbook, in characters.
const COLUMNS: [(&str, f64); 14] = [
    ("lane", 8.0),
    ("chosen", 12.0),
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
    let zone = Zones::bundled().get(&asked.zone);
    let zone = zone.map_err(|_| {
        Failure::usage(format!("--zone wants a time zone such as Europe/Amsterdam; got {}", asked.zone))
    })?;
    let ending = asked.out.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    if !["csv", "xlsx"].contains(&ending.as_str()) {
        let file = asked.out.display();
        return Err(Failure::usage(format!("--out wants a name that ends in .csv or .xlsx; got {file}")));
    }
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
            r#"{{"rows":{},"red":{red},"yellow":{yellow},"file":{}}}"#,
            rows.len(),
            output::plain_json(&file)?
        ),
        false => format!("{} rows, {red} red and {yellow} yellow: {file}", rows.len()),
    });
    Ok(())
}

/// The decisions on goods that arrive on the day, of each goods the last, in the order of work.
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
        found.extend(decided.await?.into_iter().filter(|one| {
            let arrival = one.consignment.as_ref().and_then(|goods| time_of(goods.arrival_time.as_ref()));
            let is_of_day = arrival.is_some_and(|time| (begin.timestamp()..end.timestamp()).contains(&time));
            is_of_day && one.status() == EventStatus::Actual
        }));
    }
    // The last decided first, so that the first of each goods counts.
    found.sort_by_key(|one| Reverse(one.screen_time.as_ref().map(|time| (time.seconds, time.nanos))));
    let mut seen = HashSet::new();
    found.retain(|one| {
        let goods = one.consignment.as_ref().map(goods::known_as).unwrap_or_default();
        goods.is_empty() || seen.insert(goods)
    });
    found.sort_by(|one, other| {
        order(one).cmp(&order(other)).then_with(|| likeliness(other).total_cmp(&likeliness(one)))
    });
    Ok(found)
}

/// Red before yellow before others; what must be examined before what was chosen.
fn order(screening: &wire::Screening) -> (u8, u8) {
    let lane = match screening.lane() {
        wire::Lane::Red => 0,
        wire::Lane::Yellow => 1,
        wire::Lane::Blue => 2,
        wire::Lane::Green | wire::Lane::Unspecified => 3,
    };
    let selection = screening.draw.as_ref().map(wire::Draw::selection);
    (lane, u8::from(selection != Some(wire::Selection::Mandatory)))
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
    let selection = screening.draw.as_ref().map(wire::Draw::selection).unwrap_or_default();
    let why: Vec<&str> = screening.reasons.iter().map(|reason| reason.explanation.as_str()).collect();
    [
        Cell::Text(output::word(screening.lane().as_str_name(), "LANE_")),
        Cell::Text(output::word(selection.as_str_name(), "SELECTION_")),
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
