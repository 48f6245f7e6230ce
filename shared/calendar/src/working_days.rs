//! Which days an authority works.
//!
//! Invariant of a [`Calendar`]: it answers for every date, and says of each year whether the answer is sure. Each year that
//! its file covers has its own list of holidays. Of any other year it knows the weekend and the holidays that stand on the
//! same day in every covered year; such a year is provisional, as is a covered one whose list is not wholly official, and
//! every deadline that touches it says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::{Date, Weekday};
use seamless_identifiers::toml_fault;
use serde::Deserialize;

use crate::CalendarError;

/// The calendars that are part of the program; their files lie in `calendars/`.
const EMBEDDED: [&str; 6] = [
    include_str!("../calendars/be.toml"),
    include_str!("../calendars/ca.toml"),
    include_str!("../calendars/cn.toml"),
    include_str!("../calendars/eu.toml"),
    include_str!("../calendars/nl.toml"),
    include_str!("../calendars/us.toml"),
];

/// The days that one authority works, for the years that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    id: String,
    name: String,
    weekend: Vec<Weekday>,
    holidays: BTreeMap<Date, String>,
    adjusted_working_days: BTreeMap<Date, String>,
    provisional_years: BTreeSet<i16>,
    /// The holidays that stand on the same day in every covered year, by month and day.
    every_year: BTreeMap<(i8, i8), String>,
    from: Date,
    to: Date,
}

/// What a date is to a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// An ordinary working day.
    Working,
    /// A day of the weekend that is worked in exchange for a day off; the holiday that it pays for.
    AdjustedWorking(&'a str),
    /// A day of the weekend.
    Weekend,
    /// A public holiday (on whatever weekday), with its name.
    Holiday(&'a str),
}

impl DayKind<'_> {
    /// Whether the authority works on such a day.
    pub fn is_working(self) -> bool {
        matches!(self, DayKind::Working | DayKind::AdjustedWorking(_))
    }
}

/// Whether a country works on a date, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingDay<'a> {
    /// What the date is to the country.
    pub kind: DayKind<'a>,
    /// Whether it may change, since the list of the year is not official yet, or nobody has entered it.
    pub is_provisional: bool,
}

impl WorkingDay<'_> {
    /// Whether the country works on the date.
    pub fn is_working(self) -> bool {
        self.kind.is_working()
    }
}

impl fmt::Display for DayKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DayKind::Working => f.write_str("working day"),
            DayKind::AdjustedWorking(holiday) => write!(f, "working day in exchange for {holiday}"),
            DayKind::Weekend => f.write_str("weekend"),
            DayKind::Holiday(name) => f.write_str(name),
        }
    }
}

/// A calendar file. `holidays` and `adjusted-working-days` give, per year and name, days `MM-DD` and ranges
/// `MM-DD..MM-DD` (both ends included).
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct CalendarFile {
    id: String,
    name: String,
    weekend: Vec<WeekendDay>,
    first_year: i16,
    last_year: i16,
    /// Covered years whose list is not, or not wholly, taken from an official publication.
    #[serde(default)]
    provisional_years: BTreeSet<i16>,
    holidays: DaysByYear,
    #[serde(default)]
    adjusted_working_days: DaysByYear,
}

type DaysByYear = BTreeMap<String, BTreeMap<String, Vec<String>>>;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WeekendDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<WeekendDay> for Weekday {
    fn from(day: WeekendDay) -> Self {
        match day {
            WeekendDay::Monday => Weekday::Monday,
            WeekendDay::Tuesday => Weekday::Tuesday,
            WeekendDay::Wednesday => Weekday::Wednesday,
            WeekendDay::Thursday => Weekday::Thursday,
            WeekendDay::Friday => Weekday::Friday,
            WeekendDay::Saturday => Weekday::Saturday,
            WeekendDay::Sunday => Weekday::Sunday,
        }
    }
}

impl Calendar {
    /// Reads a calendar file.
    ///
    /// # Errors
    ///
    /// [`CalendarError::InvalidCalendar`] if the file cannot be read, a covered year has no holidays or a listed year is
    /// not covered, a date is listed twice, an adjusted working day is not on the weekend, or a provisional year is not
    /// covered.
    pub fn parse(toml: &str) -> Result<Self, CalendarError> {
        let file: CalendarFile =
            toml::from_str(toml).map_err(|error| invalid("(unread)", toml_fault(toml, &error)))?;
        let problem = |problem: String| invalid(&file.id, problem);

        let (Ok(from), Ok(to)) = (Date::new(file.first_year, 1, 1), Date::new(file.last_year, 12, 31)) else {
            return Err(problem("years cannot be represented".to_owned()));
        };
        let covered = file.first_year..=file.last_year;
        if covered.is_empty() {
            return Err(problem(format!("ends {to} before it starts {from}")));
        }
        if let Some(year) = covered.clone().find(|year| !file.holidays.contains_key(&year.to_string())) {
            return Err(problem(format!("no holidays for {year}, which it covers")));
        }

        if let Some(year) = file.provisional_years.iter().find(|year| !covered.contains(year)) {
            return Err(problem(format!("provisional-years names {year}, which it does not cover")));
        }

        let holidays = dates(&file.holidays).map_err(problem)?;
        let calendar = Self {
            weekend: file.weekend.iter().copied().map(Weekday::from).collect(),
            every_year: every_year(&holidays, covered.clone().count()),
            holidays,
            adjusted_working_days: dates(&file.adjusted_working_days).map_err(problem)?,
            provisional_years: file.provisional_years.clone(),
            from,
            to,
            id: file.id.clone(),
            name: file.name.clone(),
        };
        calendar.check().map_err(problem)?;
        Ok(calendar)
    }

    fn check(&self) -> Result<(), String> {
        for (date, name) in self.holidays.iter().chain(&self.adjusted_working_days) {
            if *date < self.from || *date > self.to {
                return Err(format!("{name} on {date} lies outside {} to {}", self.from, self.to));
            }
        }
        for (date, name) in &self.adjusted_working_days {
            if !self.weekend.contains(&date.weekday()) {
                return Err(format!("{date}, adjusted for {name}, is no weekend day"));
            }
            if self.holidays.contains_key(date) {
                return Err(format!("{date} is a holiday and an adjusted working day"));
            }
        }
        Ok(())
    }

    /// The short name by which rules refer to the calendar, such as `EU`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whose days these are, in English.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// First and last date that the calendar covers.
    pub fn coverage(&self) -> (Date, Date) {
        (self.from, self.to)
    }

    /// Whether an answer about this year may change: nobody has entered its list, or the list is not compared with the
    /// official publication, or holds only what is certain without it.
    pub fn is_provisional(&self, year: i16) -> bool {
        !(self.from.year()..=self.to.year()).contains(&year) || self.provisional_years.contains(&year)
    }

    /// What `date` is to this calendar. Whether that is sure says [`is_provisional`](Self::is_provisional).
    pub fn day(&self, date: Date) -> DayKind<'_> {
        if date < self.from || date > self.to {
            return match self.every_year.get(&(date.month(), date.day())) {
                Some(name) => DayKind::Holiday(name),
                None => self.plain(date),
            };
        }
        if let Some(holiday) = self.adjusted_working_days.get(&date) {
            return DayKind::AdjustedWorking(holiday);
        }
        match self.holidays.get(&date) {
            Some(name) => DayKind::Holiday(name),
            None => self.plain(date),
        }
    }

    fn plain(&self, date: Date) -> DayKind<'_> {
        if self.weekend.contains(&date.weekday()) { DayKind::Weekend } else { DayKind::Working }
    }
}

/// The calendars there are, by id.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    by_id: BTreeMap<String, Calendar>,
}

impl Calendars {
    /// The calendars that are part of the program: BE, CA, CN, EU, NL, US.
    ///
    /// # Errors
    ///
    /// [`CalendarError::InvalidCalendar`] if an embedded file is wrong; the tests of this crate prove that none is.
    pub fn embedded() -> Result<Self, CalendarError> {
        let mut by_id = BTreeMap::new();
        for file in EMBEDDED {
            let calendar = Calendar::parse(file)?;
            if let Some(earlier) = by_id.insert(calendar.id.clone(), calendar) {
                return Err(invalid(&earlier.id, "two files have this id".to_owned()));
            }
        }
        Ok(Self { by_id })
    }

    /// The calendar with this id.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownCalendar`] if there is none.
    pub fn get(&self, id: &str) -> Result<&Calendar, CalendarError> {
        self.by_id.get(id).ok_or_else(|| CalendarError::UnknownCalendar {
            id: id.to_owned(),
            known: self.ids().collect::<Vec<_>>().join(", "),
        })
    }

    /// Whether a country (`BE`, `CA`, `CN`, `NL`, `US`, or `EU` for its institutions) works on a date, and why: China works
    /// on some Saturdays and Sundays, in exchange for days around its holidays. It answers for any year, and says where the
    /// answer is provisional.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownCalendar`], if the country has none.
    pub fn is_working_day(&self, country: &str, date: Date) -> Result<WorkingDay<'_>, CalendarError> {
        let calendar = self.get(country)?;
        Ok(WorkingDay { kind: calendar.day(date), is_provisional: calendar.is_provisional(date.year()) })
    }

    /// The ids of all calendars, in alphabetical order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }
}

/// The days that are a holiday in each of so many years, under the name that the last year gives them.
fn every_year(holidays: &BTreeMap<Date, String>, years: usize) -> BTreeMap<(i8, i8), String> {
    let mut found: BTreeMap<(i8, i8), (usize, &String)> = BTreeMap::new();
    for (date, name) in holidays {
        let (count, last) = found.entry((date.month(), date.day())).or_insert((0, name));
        (*count, *last) = (*count + 1, name);
    }
    let in_all = found.into_iter().filter(|(_, (count, _))| *count == years);
    in_all.map(|(day, (_, name))| (day, name.clone())).collect()
}

fn invalid(calendar: &str, problem: String) -> CalendarError {
    CalendarError::InvalidCalendar { calendar: calendar.to_owned(), problem }
}

fn dates(years: &DaysByYear) -> Result<BTreeMap<Date, String>, String> {
    let mut names = BTreeMap::new();
    for (year, days_by_name) in years {
        for (name, days) in days_by_name {
            for day in days {
                for date in date_range(year, day)? {
                    if let Some(other) = names.insert(date, name.clone()) {
                        return Err(format!("{date} is listed as {other} and as {name}"));
                    }
                }
            }
        }
    }
    Ok(names)
}

fn date_range(year: &str, days: &str) -> Result<impl Iterator<Item = Date> + use<>, String> {
    let (first, last) = days.split_once("..").unwrap_or((days, days));
    let date = |day: &str| -> Result<Date, String> {
        format!("{year}-{day}").parse().map_err(|_| format!("{year}-{day} is no date"))
    };
    let (first, last) = (date(first)?, date(last)?);
    if last < first {
        return Err(format!("{last} comes before {first}"));
    }
    Ok(first.series(jiff::Span::new().days(1)).take_while(move |date| *date <= last))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_embedded_calendar_reads_and_covers_its_years() {
        let calendars = Calendars::embedded().unwrap();
        assert_eq!(calendars.ids().collect::<Vec<_>>(), ["BE", "CA", "CN", "EU", "NL", "US"]);
        for (id, provisional) in [
            ("BE", &[][..]),
            ("CA", &[]),
            ("CN", &[2027]),
            ("EU", &[2024, 2025, 2026, 2027]),
            ("NL", &[]),
            ("US", &[]),
        ] {
            let calendar = calendars.get(id).unwrap();
            assert_eq!(calendar.coverage(), (date(2024, 1, 1), date(2027, 12, 31)), "{id}");
            let marked: Vec<i16> = (2024..=2027).filter(|year| calendar.is_provisional(*year)).collect();
            assert_eq!(marked, provisional, "{id}");
        }
        let error = calendars.get("UK").unwrap_err();
        assert_eq!(error.to_string(), "no calendar \"UK\", known are BE, CA, CN, EU, NL, US");
    }

    #[test]
    fn authorities_work_on_the_days_they_have_published() {
        let calendars = Calendars::embedded().unwrap();
        for (calendar, date, expected) in [
            ("CN", date(2026, 2, 13), "working day"),
            ("CN", date(2026, 2, 14), "working day in exchange for Spring Festival 春节"),
            ("CN", date(2026, 2, 15), "Spring Festival 春节"),
            ("CN", date(2026, 2, 23), "Spring Festival 春节"),
            ("CN", date(2026, 2, 24), "working day"),
            ("CN", date(2026, 3, 1), "weekend"),
            ("CN", date(2025, 10, 6), "Mid-Autumn Festival 中秋节"),
            ("CN", date(2027, 2, 5), "Spring Festival 春节"),
            ("CN", date(2027, 2, 9), "working day"),
            ("EU", date(2026, 5, 9), "Europe Day"),
            ("EU", date(2024, 5, 9), "Europe Day and Ascension Day"),
            ("EU", date(2026, 11, 2), "All Souls' Day"),
            ("EU", date(2026, 11, 11), "working day"),
            ("BE", date(2026, 11, 11), "Armistice Day"),
            ("BE", date(2027, 5, 17), "Whit Monday"),
            ("NL", date(2025, 4, 26), "King's Day"),
            ("NL", date(2025, 4, 27), "weekend"),
            ("NL", date(2026, 5, 5), "Liberation Day"),
            ("CA", date(2026, 12, 28), "Boxing Day (observed)"),
            ("CA", date(2027, 12, 27), "Christmas Day (observed)"),
            ("CA", date(2027, 12, 28), "Boxing Day (observed)"),
            ("US", date(2026, 7, 3), "Independence Day (observed)"),
            ("US", date(2027, 12, 31), "New Year's Day (observed)"),
            ("US", date(2026, 11, 27), "working day"),
        ] {
            let day = calendars.get(calendar).unwrap().day(date);
            assert_eq!(day.to_string(), expected, "{calendar} {date}");
            assert_eq!(day.is_working(), expected.starts_with("working"), "{calendar} {date}");
        }
    }

    #[test]
    fn a_workshop_on_a_saturday_suits_china_where_it_works_in_exchange_and_nobody_else() {
        let calendars = Calendars::embedded().unwrap();
        let asked = |country: &str, date: Date| {
            let day = calendars.is_working_day(country, date).unwrap();
            (day.is_working(), day.is_provisional, day.kind.to_string())
        };
        let saturday = date(2026, 10, 10);
        assert_eq!(
            asked("CN", saturday),
            (true, false, "working day in exchange for National Day 国庆节".to_owned())
        );
        assert_eq!(asked("BE", saturday), (false, false, "weekend".to_owned()));
        assert_eq!(asked("CN", date(2026, 10, 1)), (false, false, "National Day 国庆节".to_owned()));
        assert_eq!(asked("CA", date(2026, 10, 1)), (true, false, "working day".to_owned()));
        // Behind what was published the answer is what is known, and says that it may change.
        assert_eq!(asked("CN", date(2027, 10, 9)), (false, true, "weekend".to_owned()));
        assert_eq!(asked("US", date(2031, 12, 25)), (false, true, "Christmas Day".to_owned()));
        assert!(calendars.is_working_day("FR", saturday).is_err(), "no calendar, no guess");
    }

    #[test]
    fn an_unpublished_year_has_the_holidays_of_every_year_and_says_that_it_is_provisional() {
        let calendars = Calendars::embedded().unwrap();
        for (calendar, date, expected) in [
            ("CN", date(2028, 1, 26), "working day"),
            ("CN", date(2028, 5, 1), "Labour Day 劳动节"),
            ("CN", date(2028, 5, 4), "working day"),
            ("CN", date(2030, 10, 3), "National Day 国庆节"),
            ("CN", date(2030, 9, 29), "weekend"),
            ("EU", date(2099, 12, 27), "End-of-year days"),
            ("EU", date(2028, 5, 9), "Europe Day"),
            ("NL", date(2023, 12, 25), "Christmas Day"),
            // It wanders, and nobody has entered where to.
            ("NL", date(2028, 4, 17), "working day"),
        ] {
            let calendar = calendars.get(calendar).unwrap();
            assert_eq!(calendar.day(date).to_string(), expected, "{} {date}", calendar.id());
            assert!(calendar.is_provisional(date.year()));
        }
        assert!(!calendars.get("NL").unwrap().is_provisional(2027));
    }

    #[test]
    fn a_calendar_file_that_cannot_be_read_is_told_in_plain_words() {
        for (file, told) in [
            (
                "id = 'X'\nname = 'x'\nfirst-year = 'soon'",
                "line 3, column 14: a value is not as it should be",
            ),
            ("id = 'X'", "is missing"),
            ("id = ", "line 1, column "),
        ] {
            let refusal = Calendar::parse(file).unwrap_err().to_string();
            assert!(refusal.contains(told), "{file}: {refusal}");
            let of_parsers = ["invalid type", "missing field", "struct", "integer"];
            assert_eq!(of_parsers.iter().find(|word| refusal.contains(**word)), None, "{file}: {refusal}");
        }
    }

    #[test]
    fn a_calendar_file_that_contradicts_itself_is_refused() {
        let head =
            "id = 'X'\nname = 'x'\nweekend = ['friday', 'saturday']\nfirst-year = 2026\nlast-year = 2026\n";
        let parse = |rest: &str| Calendar::parse(&format!("{head}{rest}"));
        let good =
            parse("[holidays.2026]\na = ['01-01..01-03']\n[adjusted-working-days.2026]\na = ['01-09']")
                .unwrap();
        assert_eq!(good.day(date(2026, 1, 9)), DayKind::AdjustedWorking("a"));
        assert_eq!(
            good.day(date(2026, 1, 11)),
            DayKind::Working,
            "a sunday works where the weekend is friday"
        );

        for (rest, problem) in [
            ("[holidays.2025]\na = ['01-01']", "no holidays for 2026, which it covers"),
            (
                "[holidays.2026]\n[holidays.2027]\na = ['01-01']",
                "a on 2027-01-01 lies outside 2026-01-01 to 2026-12-31",
            ),
            ("[holidays.2026]\na = ['01-01..01-03']\nb = ['01-02']", "2026-01-02 is listed as a and as b"),
            ("[holidays.2026]\na = ['02-29']", "2026-02-29 is no date"),
            ("[holidays.2026]\na = ['03-02..03-01']", "2026-03-01 comes before 2026-03-02"),
            (
                "[holidays.2026]\n[adjusted-working-days.2026]\na = ['01-05']",
                "2026-01-05, adjusted for a, is no weekend day",
            ),
            (
                "[holidays.2026]\na = ['01-09']\n[adjusted-working-days.2026]\na = ['01-09']",
                "2026-01-09 is a holiday and an adjusted working day",
            ),
            (
                "provisional-years = [2027]\n[holidays.2026]",
                "provisional-years names 2027, which it does not cover",
            ),
        ] {
            assert_eq!(parse(rest), Err(invalid("X", problem.to_owned())), "{rest}");
        }
    }
}
