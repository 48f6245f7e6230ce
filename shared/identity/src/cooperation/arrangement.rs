//! An arrangement: what may travel between which authorities, on what grounds, and what is due when.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use seamless_calendar::DeadlineRule;
use serde::Deserialize;

use seamless_identifiers::{ArrangementId, AuthorityId};

/// An agreement between authorities under which information crosses a border
/// [GPSR, Regulation (EU) 2023/988, Article 40].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// Its id.
    pub id: ArrangementId,
    /// Two or more authorities, none of which stands behind a contact point.
    pub parties: Vec<AuthorityId>,
    /// Which groups of a notification's fields may travel.
    pub field_groups: Vec<FieldGroup>,
    /// The first day, in UTC.
    pub effective: Date,
    /// The first day, in UTC, on which it is not in force any more.
    pub ends: Option<Date>,
    /// What was agreed first.
    pub(super) first: Terms,
    /// What was agreed later in its place, in the order in which it takes effect.
    pub(super) later: Vec<Terms>,
}

/// What the parties agreed on, from a day on until they agree on something else: a version of an arrangement. Who takes part
/// and what may travel is no part of it, for it decides on what was sent before, too: where that changes, one arrangement ends
/// and another follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The first day, in UTC.
    pub effective: Date,
    /// The agreement, as it is to be cited.
    pub legal_basis: String,
    /// Whether notifications go by themselves.
    pub exchange: Exchange,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// What goes by itself; empty when exchange is case by case.
    pub criteria: Vec<Criterion>,
    /// What is due when.
    pub deadlines: Vec<Deadline>,
    /// What the parties promised each other to do regularly.
    pub commitments: Vec<Commitment>,
}

impl Arrangement {
    /// What holds at this instant; before the arrangement takes effect what is agreed first, after its end what was last.
    pub fn terms_at(&self, at: Timestamp) -> &Terms {
        let day = TimeZone::UTC.to_datetime(at).date();
        self.later.iter().rfind(|terms| terms.effective <= day).unwrap_or(&self.first)
    }

    /// All that was ever agreed, in the order in which it takes effect; at least one.
    pub fn versions(&self) -> impl Iterator<Item = &Terms> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Whether it is in force at this instant.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        let day = TimeZone::UTC.to_datetime(at).date();
        self.effective <= day && self.ends.is_none_or(|ends| day < ends)
    }

    /// Whether `authority` itself is a party; see [`Cooperation::contact_point_of`](super::Cooperation::contact_point_of).
    pub fn has_party(&self, authority: &AuthorityId) -> bool {
        self.parties.contains(authority)
    }
}

/// How notifications come to travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exchange {
    /// On validation, those that match a criterion go by themselves.
    Systematic,
    /// Somebody transmits each.
    CaseByCase,
}

/// A group of a notification's fields, as on the Safety Gate form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldGroup {
    /// Reference, notifying authority, type, dates.
    General,
    /// What the product is.
    Product,
    /// Where it comes from, and through whose hands.
    Traceability,
    /// Where it is sold online.
    Online,
    /// What is dangerous about it.
    Risk,
    /// What was done about it.
    Measures,
}

impl FieldGroup {
    /// Every group with its word in the file.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("general", Self::General),
        ("product", Self::Product),
        ("traceability", Self::Traceability),
        ("online", Self::Online),
        ("risk", Self::Risk),
        ("measures", Self::Measures),
    ];
}

/// Which notifications go by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// The originating party; covers the authorities that stand behind it.
    pub from: AuthorityId,
    /// The receiving party.
    pub to: AuthorityId,
    /// ISO 3166-1 alpha-2; empty for any country, also an unknown one.
    pub countries_of_origin: Vec<String>,
}

impl Criterion {
    /// Whether a notification of the party `from` to the party `to`, on a product from `country_of_origin` (if known),
    /// goes by itself.
    pub fn covers(&self, from: &AuthorityId, to: &AuthorityId, country_of_origin: Option<&str>) -> bool {
        let named = |country| self.countries_of_origin.iter().any(|one| one == country);
        self.from == *from
            && self.to == *to
            && (self.countries_of_origin.is_empty() || country_of_origin.is_some_and(named))
    }
}

/// A deadline rule and the authority whose turn it is. The rule's time zone is that authority's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Who has to act.
    pub acting: AuthorityId,
    /// When.
    pub rule: DeadlineRule,
}

/// Something that the parties do regularly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// What.
    pub kind: CommitmentKind,
    /// In which period.
    pub per: Per,
    /// How often in each period, at least once.
    pub count: u32,
    /// How many days after the period it may be done at the latest; 0 where it is to be done within.
    pub due_within_days: u32,
}

impl Commitment {
    /// The last day on which what belongs to the period of `day` is done in time, under an arrangement that took effect on
    /// `effective`; none beyond the calendar.
    pub fn due(&self, day: Date, effective: Date) -> Option<Date> {
        let (_, next) = self.per.period_of(day, effective)?;
        let days = i64::from(self.due_within_days) - 1;
        next.checked_add(Span::new().try_days(days).ok()?).ok()
    }
}

/// What parties commit themselves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommitmentKind {
    /// A workshop.
    Workshop,
    /// A review of the cooperation.
    Review,
    /// A report on the follow-up of a quarter's notifications.
    QuarterlyReport,
}

/// The period of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// January to December.
    CalendarYear,
    /// Three months from January, April, July or October.
    CalendarQuarter,
    /// So many months, counted from the day the arrangement takes effect.
    Months(u32),
}

impl Per {
    /// The period that a day is in: its first day, and that of the next one. `effective` is the day on which the arrangement
    /// took effect. None beyond the calendar.
    pub fn period_of(self, day: Date, effective: Date) -> Option<(Date, Date)> {
        let (origin, length) = match self {
            Self::CalendarYear => (date(day.year(), 1, 1), 12),
            Self::CalendarQuarter => (date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1), 3),
            Self::Months(length) => (effective, i64::from(length.max(1))),
        };
        // Months are counted from the origin, so that a period from the 31st does not drift.
        let begins = |number: i64| {
            let months = Span::new().try_months(number.checked_mul(length)?).ok()?;
            origin.checked_add(months).ok()
        };
        let months = i64::from(day.year() - origin.year()) * 12 + i64::from(day.month() - origin.month());
        let guess = months.div_euclid(length);
        let number = if begins(guess)? <= day { guess } else { guess - 1 };
        Some((begins(number)?, begins(number + 1)?))
    }
}
