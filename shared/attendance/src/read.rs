//! From the bytes of one file to its sightings, and what is to be asked about it.

use std::collections::HashMap;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use seamless_calendar::Zones;

use crate::{
    DateOrder, FileFault, Limits, Mapping, RowFault, Session, Sighting,
    dates::{Printed, named_offset},
    encoding::decoded,
    fault::excerpt,
    headings::{Places, Section, plain, sections},
    lines::{Cell, Row, Table, table},
    sighting::digest,
    workbook,
};

/// What is known beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The zones there are.
    pub zones: &'a Zones,
    /// The sessions that people were at: they tell which of day and month stands first.
    pub sessions: &'a [Session],
    /// The zone of times without an offset, as a person said; an IANA name.
    pub zone: Option<&'a str>,
    /// Which of day and month stands first, as a person said.
    pub date_order: Option<DateOrder>,
    /// How much is taken.
    pub limits: &'a Limits,
}

/// What a person is asked about a file; nothing of it counts before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileQuestion {
    /// Its times have no zone.
    Zone {
        /// The first of them.
        example: String,
    },
    /// Its dates can be read in two ways, and the sessions leave open which is meant.
    DateOrder {
        /// The first date that can be read in both.
        example: String,
        /// What it is with the day first.
        day_first: DateTime,
        /// What it is with the month first.
        month_first: DateTime,
        /// Whether both readings meet sessions; else none does.
        fits_both: bool,
    },
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// The layout that it has.
    pub layout: String,
    /// Who was seen, in the order of the rows; empty while something is asked.
    pub sightings: Vec<Sighting>,
    /// Rows that cannot be read.
    pub refused: Vec<RowFault>,
    /// Rows of people who were registered and did not come.
    pub absent: u32,
    /// What is to be asked first.
    pub questions: Vec<FileQuestion>,
}

/// A row whose cells are read, and its times not yet.
struct Read {
    row: u32,
    name: String,
    address: Option<String>,
    device: Option<String>,
    guest: Option<String>,
    action: Option<Action>,
    join: (Printed, String),
    leave: Option<(Printed, String)>,
    is_open: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Came,
    Went,
}

/// When somebody came or went.
type Step = (Timestamp, Action, Read);

impl Mapping {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// [`FileFault`], where nothing of it is taken.
    pub fn read(&self, bytes: &[u8], context: &Context<'_>) -> Result<Export, FileFault> {
        let limits = context.limits;
        if bytes.is_empty() {
            return Err(FileFault::Empty);
        }
        if bytes.len() as u64 > limits.bytes {
            return Err(FileFault::TooMuch { what: "bytes", most: limits.bytes });
        }
        let tables = match workbook::is_packed(bytes) {
            true => workbook::tables(bytes, limits)?,
            false => vec![table(&decoded(bytes)?, self.separator, limits)?],
        };
        let is_read = |table: &&Table| {
            self.sheets.is_empty() || table.name.is_empty() || self.sheets.contains(&table.name)
        };
        let tables: Vec<&Table> = tables.iter().filter(is_read).collect();
        for layout in &self.layouts {
            for table in &tables {
                let sections = sections(table, layout, self);
                if !sections.is_empty() {
                    let reading = Reading { mapping: self, layout, context, table };
                    return reading.export(digest(bytes), &sections);
                }
            }
        }
        let first = tables.iter().find_map(|table| table.rows.first());
        let first = first.map(|row| joined(&row.cells)).unwrap_or_default();
        let wanted: Vec<String> = self.layouts.iter().map(first_spelling).collect();
        let (platform, wanted) = (self.platform.clone(), wanted.join(", or "));
        Err(FileFault::NoHeadings { platform, wanted, got: excerpt(&first) })
    }
}

fn joined(cells: &[Cell]) -> String {
    cells.iter().map(|cell| cell.text().into_owned()).collect::<Vec<_>>().join(" | ")
}

fn first_spelling(layout: &crate::Layout) -> String {
    let columns = &layout.columns;
    let needed =
        [columns.name.as_ref(), columns.action.as_ref(), Some(&columns.join), columns.leave.as_ref()];
    let first = needed.into_iter().flatten().filter_map(|column| column.headings.first());
    first.cloned().collect::<Vec<_>>().join(" | ")
}

/// Reads one table in one layout.
struct Reading<'a> {
    mapping: &'a Mapping,
    layout: &'a crate::Layout,
    context: &'a Context<'a>,
    table: &'a Table,
}

impl Reading<'_> {
    fn export(&self, digest: String, sections: &[Section<'_>]) -> Result<Export, FileFault> {
        let mut export = Export { digest, layout: self.layout.name.clone(), ..Export::default() };
        let first = sections.first().map_or(0, |section| section.headings.number);
        // Lines before the headings are of the meeting, and nobody's.
        export.refused = self.table.refused.iter().filter(|fault| fault.row > first).cloned().collect();
        let mut rows = Vec::new();
        for section in sections {
            // A file that ends without a line end may end within a row: then it lacks cells that all others have.
            let others = section.rows.iter().filter(|row| row.is_ended).map(|row| row.cells.len());
            let width = others.min().unwrap_or(usize::MAX).min(section.headings.cells.len());
            for (index, row) in section.rows.iter().enumerate() {
                let is_last = self.table.rows.last().is_some_and(|last| last.number == row.number)
                    && index + 1 == section.rows.len();
                if is_last && !row.is_ended && row.cells.len() < width {
                    let said = excerpt(&joined(&row.cells));
                    let problem =
                        format!("row {}, the last, has fewer cells than the others: {said}", row.number);
                    return Err(FileFault::Cut { problem });
                }
                match self.row(row, section) {
                    Ok(Some(read)) => rows.push(read),
                    Ok(None) => export.absent += 1,
                    Err(faults) => export.refused.extend(faults),
                }
            }
        }
        export.refused.sort_by_key(|fault| fault.row);
        let zone = self.zone(sections);
        let order = self.order(&rows, zone.as_ref());
        if zone.is_none()
            && let Some(read) = rows.iter().find(|read| read.join.0.offset.is_none())
        {
            export.questions.push(FileQuestion::Zone { example: read.join.1.clone() });
        }
        match (order, export.questions.is_empty()) {
            (Err(question), true) => export.questions.push(question),
            (Ok(order), true) => self.sightings(rows, order, zone.unwrap_or(TimeZone::UTC), &mut export),
            _ => {}
        }
        Ok(export)
    }

    /// The cells of a row; none if it is of somebody who did not come.
    fn row(&self, row: &Row, section: &Section<'_>) -> Result<Option<Read>, Vec<RowFault>> {
        let places: Places = section.places;
        let heading = |place: Option<usize>| {
            place
                .and_then(|at| section.headings.cells.get(at))
                .map(|cell| cell.text().trim().to_owned())
                .unwrap_or_default()
        };
        let cell = |place: Option<usize>| place.and_then(|at| row.cells.get(at));
        let text = |place: Option<usize>| {
            let text = cell(place).map(|cell| bare(&cell.text())).unwrap_or_default();
            let is_nothing = self.mapping.nothing.iter().any(|nothing| plain(nothing) == plain(&text));
            if is_nothing { String::new() } else { text }
        };
        let (join, leave) = (text(Some(places.join)), text(places.leave));
        if join.is_empty() && leave.is_empty() && places.action.is_none() {
            return Ok(None);
        }
        let mut faults = Vec::new();
        let number = row.number;
        let mut time = |place: usize, said: &str| {
            let printed = match cell(Some(place)) {
                Some(Cell::Days(days)) => Printed::from_days(*days),
                _ => Printed::parse(said),
            };
            if printed.is_none() {
                faults.push(RowFault::new(number, heading(Some(place)), "a date and a time", said));
            }
            printed.map(|printed| (printed, said.to_owned()))
        };
        let came = time(places.join, &join);
        let is_open = places.leave.is_some() && leave.is_empty();
        let went = places.leave.filter(|_| !is_open).map(|place| time(place, &leave));
        let (address, name) = (text(places.address), text(places.name));
        let address =
            Some(address.to_lowercase()).filter(|address| address.contains('@') && !address.contains(' '));
        let name = if self.mapping.original_name_in_parentheses { original(&name) } else { name };
        if name.is_empty() && address.is_none() {
            faults.push(RowFault::new(number, heading(places.name), "a name or an address", ""));
        }
        let mut action = None;
        if let Some(place) = places.action {
            let said = plain(&text(Some(place)));
            let is = |words: &[String]| words.iter().any(|word| plain(word) == said);
            action = if is(&self.layout.came) {
                Some(Action::Came)
            } else if is(&self.layout.went) {
                Some(Action::Went)
            } else {
                let words = [self.layout.came.first(), self.layout.went.first()];
                let wanted = words.into_iter().flatten().cloned().collect::<Vec<_>>().join(" or ");
                faults.push(RowFault::new(number, heading(places.action), wanted, &text(Some(place))));
                None
            };
        }
        let (device, guest) = (text(places.device), text(places.guest));
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        let leave = went.as_ref().and_then(Clone::clone);
        match came {
            Some(join) if faults.is_empty() => {
                let (device, guest) = (said(device), said(guest));
                Ok(Some(Read { row: number, name, address, device, guest, action, join, leave, is_open }))
            }
            _ => Err(faults),
        }
    }

    /// What a person said, what the mapping says, or what stands before the rows or in the headings.
    fn zone(&self, sections: &[Section<'_>]) -> Option<TimeZone> {
        let named = self.context.zone.or(self.mapping.zone.as_deref());
        if let Some(name) = named {
            return self.context.zones.get(name).ok();
        }
        let last = sections.first()?.headings.number;
        let before = self.table.rows.iter().take_while(|row| row.number <= last);
        before.flat_map(|row| &row.cells).find_map(|cell| {
            let text = cell.text().to_lowercase();
            // A bare UTC or GMT may be a part of a title.
            let (_, offset) = named_offset(&text).filter(|_| text.contains(['+', '-']))?;
            Some(TimeZone::fixed(offset))
        })
    }

    /// Whether the day or the month stands first.
    fn order(&self, rows: &[Read], zone: Option<&TimeZone>) -> Result<DateOrder, FileQuestion> {
        if let Some(order) = self.context.date_order.or(self.mapping.date_order) {
            return Ok(order);
        }
        let both = [DateOrder::DayFirst, DateOrder::MonthFirst];
        let times = || rows.iter().flat_map(|read| [Some(&read.join), read.leave.as_ref()]).flatten();
        let mut open = both.into_iter().filter(|order| times().all(|(time, _)| time.at(*order).is_some()));
        let doubt = times().find(|(time, _)| time.at(DateOrder::DayFirst) != time.at(DateOrder::MonthFirst));
        let (first, second, doubt) = match (open.next(), open.next(), doubt) {
            (Some(first), Some(second), Some(doubt)) => (first, second, doubt),
            (Some(first), ..) => return Ok(first),
            // Some rows are no dates in the one order and some in the other: each is refused or read by the first.
            (None, ..) => return Ok(DateOrder::DayFirst),
        };
        let fits = |order: DateOrder| {
            rows.iter().any(|read| {
                let local = |time: &Printed| time.at(order);
                let Some(join) = local(&read.join.0) else { return false };
                let leave = read.leave.as_ref().and_then(|(time, _)| local(time)).unwrap_or(join);
                self.meets_a_session(join, leave, zone)
            })
        };
        match (fits(first), fits(second)) {
            (true, false) => Ok(first),
            (false, true) => Ok(second),
            (fits_both, _) => {
                let (time, example) = doubt;
                let at = |order: DateOrder| time.at(order).unwrap_or_default();
                Err(FileQuestion::DateOrder {
                    example: example.clone(),
                    day_first: at(DateOrder::DayFirst),
                    month_first: at(DateOrder::MonthFirst),
                    fits_both,
                })
            }
        }
    }

    /// Whether a stay is on a day of a session. Where the zone is not known yet, the days beside it count as well.
    fn meets_a_session(&self, join: DateTime, leave: DateTime, zone: Option<&TimeZone>) -> bool {
        self.context.sessions.iter().any(|session| {
            let slack = if zone.is_some() { 0 } else { 1 };
            let zone = zone.cloned().unwrap_or(TimeZone::UTC);
            let first = zone.to_datetime(session.start).date();
            let last = zone.to_datetime(session.end).date();
            let days = jiff::Span::new().days(slack);
            let (first, last) = (first.saturating_sub(days), last.saturating_add(days));
            join.date() <= last && leave.date() >= first
        })
    }

    fn sightings(&self, rows: Vec<Read>, order: DateOrder, zone: TimeZone, export: &mut Export) {
        let instant = |(time, said): &(Printed, String), row: u32| {
            let local = time.at(order);
            let found = local.and_then(|local| match time.offset {
                Some(offset) => offset.to_timestamp(local).ok(),
                None => zone.to_timestamp(local).ok(),
            });
            found.ok_or_else(|| RowFault::new(row, "", "a date of the calendar", said))
        };
        let mut timed = Vec::new();
        for read in rows {
            let times = instant(&read.join, read.row).and_then(|join| {
                let leave = read.leave.as_ref().map(|leave| instant(leave, read.row)).transpose()?;
                Ok((join, leave))
            });
            match times {
                Ok((join, leave)) => timed.push((read, join, leave)),
                Err(fault) => export.refused.push(fault),
            }
        }
        // Who had not gone when the file was made was there until the last time that it knows.
        let last = timed
            .iter()
            .map(|(_, join, leave)| leave.unwrap_or(*join))
            .max()
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let mut stays = Vec::new();
        let mut steps: HashMap<(String, Option<String>), Vec<Step>> = HashMap::new();
        for (read, join, leave) in timed {
            match read.action {
                Some(action) => {
                    let who = (plain(&read.name), read.address.clone());
                    steps.entry(who).or_default().push((join, action, read));
                }
                None => {
                    let leave = if read.is_open { Some(last) } else { leave };
                    let leave = leave.map(|leave| self.in_the_fold(join, leave, &read, order, &zone));
                    stays.push((read, join, leave.unwrap_or(last)));
                }
            }
        }
        for (_, steps) in steps {
            let (walked, faults) = walked(steps, last);
            stays.extend(walked);
            export.refused.extend(faults);
        }
        stays.sort_by_key(|(read, ..)| read.row);
        let mut seen: HashMap<String, u32> = HashMap::new();
        for (read, join, leave) in stays {
            if leave < join {
                let said = read.leave.map(|(_, said)| said).unwrap_or_default();
                let wanted = format!("a time not before {}", read.join.1);
                export.refused.push(RowFault::new(read.row, "", wanted, &said));
                continue;
            }
            let Read { row, name, address, device, guest, .. } = read;
            let (platform, file) = (self.mapping.platform.clone(), export.digest.clone());
            let mut sighting = Sighting {
                id: String::new(),
                name,
                address,
                join,
                leave,
                platform,
                device,
                guest,
                file,
                row,
            };
            let nth = seen.entry(sighting.identify(0)).or_default();
            sighting.id = sighting.identify(*nth);
            *nth += 1;
            export.sightings.push(sighting);
        }
        export.refused.sort_by_key(|fault| fault.row);
    }

    /// Where clocks are put back during a stay, its end may be the later of two.
    fn in_the_fold(
        &self,
        join: Timestamp,
        leave: Timestamp,
        read: &Read,
        order: DateOrder,
        zone: &TimeZone,
    ) -> Timestamp {
        let printed = read.leave.as_ref().filter(|(time, _)| time.offset.is_none());
        let local = printed.and_then(|(time, _)| time.at(order));
        match local.map(|local| zone.to_ambiguous_timestamp(local).later()) {
            Some(Ok(later)) if leave < join => later,
            _ => leave,
        }
    }
}

/// The stays of one person from its steps: on several devices it is there until the last one goes.
fn walked(mut steps: Vec<Step>, last: Timestamp) -> (Vec<(Read, Timestamp, Timestamp)>, Vec<RowFault>) {
    steps.sort_by_key(|(at, action, read)| (*at, *action, read.row));
    let (mut stays, mut faults) = (Vec::new(), Vec::new());
    let mut open: Vec<(Read, Timestamp)> = Vec::new();
    for (at, action, read) in steps {
        match action {
            Action::Came => open.push((read, at)),
            Action::Went => match open.pop() {
                Some((came, since)) => stays.push((came, since, at)),
                None => faults.push(RowFault::new(read.row, "", "somebody who came before", &read.name)),
            },
        }
    }
    stays.extend(open.into_iter().map(|(came, since)| (came, since, last.max(since))));
    (stays, faults)
}

/// A cell without what it is wrapped in: `="2026-05-04 09:00:00"`.
fn bare(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text).trim().to_owned()
}

/// Of `Annie (Anna Berg)` the name in parentheses, with which the person registered.
fn original(name: &str) -> String {
    let inner = name.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match inner {
        Some((_, original)) if !original.trim().is_empty() => original.trim().to_owned(),
        _ => name.to_owned(),
    }
}
