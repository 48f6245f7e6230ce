//! Whether a meeting suits everybody: the one function that decides.

use jiff::{SignedDuration, Timestamp};
use seamless_calendar::{CalendarError, Calendars, Zones};

use super::{
    Interval, Ranked, Rule, SlotQuestion, SlotRefusal,
    side::{BusyTimes, ReadySide},
};

/// A question with everything at hand that answers it. `now` is when it is asked.
pub struct Availability<'a> {
    pub(super) question: &'a SlotQuestion,
    sides: Vec<ReadySide<'a>>,
    resources: Vec<(&'a str, BusyTimes)>,
    zones: &'a Zones,
    now: Timestamp,
}

impl<'a> Availability<'a> {
    /// Makes a question ready; it is one without [violations](SlotQuestion::violations).
    ///
    /// # Errors
    /// A zone or a calendar that there is not.
    pub fn new(
        question: &'a SlotQuestion,
        calendars: &'a Calendars,
        zones: &'a Zones,
        now: Timestamp,
    ) -> Result<Self, CalendarError> {
        let sides = question.schedule.sides.iter().map(|side| ReadySide::new(side, calendars, zones));
        let resources = question.schedule.resources.iter();
        Ok(Self {
            question,
            sides: sides.collect::<Result<_, _>>()?,
            resources: resources.map(|one| (one.name.as_str(), BusyTimes::new(&one.busy))).collect(),
            zones,
            now,
        })
    }

    /// Whether a meeting that begins then suits everybody; if not, everything that says no.
    ///
    /// # Errors
    /// The refusals, by side in the order of the question.
    pub fn fits(&self, start: Timestamp) -> Result<Ranked, Vec<SlotRefusal>> {
        self.fits_for(start, self.question.minutes)
    }

    /// As [`Self::fits`], of a meeting that lasts longer or shorter than was asked.
    ///
    /// # Errors
    /// As there.
    pub fn fits_for(&self, start: Timestamp, minutes: u32) -> Result<Ranked, Vec<SlotRefusal>> {
        let length = SignedDuration::from_mins(i64::from(minutes));
        let slot = (start, start.checked_add(length).unwrap_or(Timestamp::MAX));
        let refusals = self.refusals(slot);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let times = self.sides.iter().filter_map(|side| side.time(slot, self.zones)).collect();
        let reasons = self.sides.iter().flat_map(|side| side.reasons(slot)).collect();
        Ok(Ranked { start, end: slot.1, times, reasons })
    }

    fn refusals(&self, slot: Interval) -> Vec<SlotRefusal> {
        let mut found = Vec::new();
        let mut add = |side: &str, rule: Rule| found.push(SlotRefusal { side: side.to_owned(), rule });
        let (from, to) = self.question.window;
        if slot.0 < from || slot.1 > to {
            add("", Rule::Window);
        }
        let notice = SignedDuration::from_mins(i64::from(self.question.schedule.notice));
        if self.now.checked_add(notice).is_ok_and(|earliest| slot.0 < earliest) {
            add("", Rule::Notice);
        }
        for side in &self.sides {
            for rule in side.refusals(slot) {
                add(side.name(), rule);
            }
        }
        for (name, busy) in &self.resources {
            if busy.meet(slot) {
                add(name, Rule::Busy);
            }
        }
        found
    }
}
