//! What those who took part thought of an activity.
//!
//! Invariants: the totals of an activity are the sum of the feedback that stands, each registration once; what is told of them to
//! others rests on no fewer answers than the least number, also where rows are subtracted from the whole, or what was told before
//! from what is told now.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use seamless_identifiers::{CountryCode, LanguageTag};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ActivityId, EventStatus, RegistrationId, TargetAudience, activity_name, registration_name};
use crate::domain::records::{Place, Record};

/// How often the ratings 1 to 5 were given, for usefulness, clarity and organisation.
pub type RatingCounts = [[u32; 5]; 3];

/// The feedback of one registration. The text is personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// At random, and its place in lists: it tells nothing of when or by whom it was given.
    pub id: Uuid,
    pub activity: ActivityId,
    pub registration: RegistrationId,
    pub organiser: AuthorityId,
    /// Who gave it.
    pub registrar: AuthorityId,
    pub content: FeedbackContent,
    pub audience: TargetAudience,
    pub country: CountryCode,
    pub update_time: Timestamp,
    /// Its words are shown once what is told rests on so many answers.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shown_from: u32,
    /// Counts every change from 1 on.
    pub revision: i64,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackContent {
    /// Of usefulness, clarity and organisation: 1 to 5.
    pub ratings: [u8; 3],
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
}

/// All feedback of an activity, in counts. It names nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedbackTotals {
    pub activity: ActivityId,
    pub organiser: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    pub status: EventStatus,
    /// All that stand, by audience and country.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<FeedbackCell>,
    /// What is told of them.
    #[serde(default, skip_serializing_if = "ToldFeedback::is_nothing")]
    pub told: ToldFeedback,
    /// The first day in UTC that is not told yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<Date>,
    /// Counts every change from 1 on.
    pub revision: i64,
}

/// The feedback of those of one kind and country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackCell {
    pub audience: TargetAudience,
    pub country: CountryCode,
    pub answers: u32,
    pub counts: RatingCounts,
}

/// Feedback as it stood when what is told of it moved last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldFeedback {
    /// What the whole rests on.
    pub together: Vec<FeedbackCell>,
    /// What the rows by audience rest on: the same, or an earlier one.
    pub by_audience: Vec<FeedbackCell>,
    /// What the rows by country rest on: the same, or an earlier one.
    pub by_country: Vec<FeedbackCell>,
}

/// Whose feedback is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedbackGroup {
    Everybody,
    Audience(TargetAudience),
    Country(CountryCode),
}

/// The feedback of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFeedback {
    pub of: FeedbackGroup,
    pub answers: u32,
    pub counts: RatingCounts,
}

/// What may be told of all feedback of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackSummary {
    pub activity: ActivityId,
    pub status: EventStatus,
    /// All that were given, also those that nothing is told of yet.
    pub answers: u32,
    /// From how many answers on more is told than their number.
    pub least: u32,
    /// None below the least number.
    pub together: Option<GroupFeedback>,
    /// By audience, then by country.
    pub by_group: Vec<GroupFeedback>,
}

impl GroupFeedback {
    /// The mean rating of a question, from 1 to 5; none where nobody answered.
    #[must_use]
    pub fn mean(counts: &[u32; 5]) -> Option<f64> {
        let answers: u32 = counts.iter().sum();
        let sum: u64 = (1..).zip(counts).map(|(rating, count)| rating * u64::from(*count)).sum();
        (answers > 0).then(|| sum as f64 / f64::from(answers))
    }

    fn of(group: FeedbackGroup) -> Self {
        Self { of: group, answers: 0, counts: RatingCounts::default() }
    }

    fn add(&mut self, cell: &FeedbackCell) {
        self.answers += cell.answers;
        for (all, own) in self.counts.iter_mut().zip(&cell.counts) {
            all.iter_mut().zip(own).for_each(|(all, own)| *all += own);
        }
    }
}

impl FeedbackTotals {
    /// Whether there is something to be told once the day is over.
    pub const UNTOLD: i32 = 1;

    /// Those of an activity that has no feedback yet.
    #[must_use]
    pub fn none(
        activity: ActivityId,
        organiser: AuthorityId,
        arrangement: Option<ArrangementId>,
        status: EventStatus,
    ) -> Self {
        let (cells, told) = (Vec::new(), ToldFeedback::default());
        Self { activity, organiser, arrangement, status, cells, told, untold: None, revision: 0 }
    }

    /// How many there are.
    #[must_use]
    pub fn answers(&self) -> u32 {
        answers(&self.cells)
    }

    /// Moves what is told to what stands now, where as many came since as are told at least; what was given anew meanwhile goes
    /// along. Rows move where the whole does, and no row tells of fewer that came since it moved last.
    pub fn tell(&mut self, least: u32, today: Date) {
        let told = &mut self.told;
        if answers(&self.cells) < answers(&told.together).saturating_add(least) {
            return;
        }
        told.together.clone_from(&self.cells);
        for (rows, group_of) in
            [(&mut told.by_audience, audience_of as GroupOf), (&mut told.by_country, country_of as GroupOf)]
        {
            if may_move(rows, &self.cells, group_of, least) {
                rows.clone_from(&self.cells);
            }
        }
        self.untold = self.untold.or(Some(today));
    }

    /// Counts one in.
    pub fn add(&mut self, feedback: &Feedback) {
        let (audience, country) = (feedback.audience, feedback.country);
        let is_it = |cell: &&mut FeedbackCell| (cell.audience, cell.country) == (audience, country);
        if self.cells.iter_mut().find(is_it).is_none() {
            let counts = RatingCounts::default();
            self.cells.push(FeedbackCell { audience, country, answers: 0, counts });
            self.cells.sort_by_key(|cell| (cell.audience, cell.country));
        }
        self.change(feedback, |count| *count += 1);
    }

    /// Takes one out again that was counted.
    pub fn remove(&mut self, feedback: &Feedback) {
        self.change(feedback, |count| *count = count.saturating_sub(1));
        self.cells.retain(|cell| cell.answers > 0);
    }

    fn change(&mut self, feedback: &Feedback, by_one: impl Fn(&mut u32)) {
        let key = (feedback.audience, feedback.country);
        let Some(cell) = self.cells.iter_mut().find(|cell| (cell.audience, cell.country) == key) else {
            return;
        };
        by_one(&mut cell.answers);
        for (counts, rating) in cell.counts.iter_mut().zip(feedback.content.ratings) {
            if let Some(count) = counts.get_mut(usize::from(rating).saturating_sub(1)) {
                by_one(count);
            }
        }
    }

    /// What may be told of them.
    #[must_use]
    pub fn summary(&self, least: u32) -> FeedbackSummary {
        let told = &self.told;
        let mut all = GroupFeedback::of(FeedbackGroup::Everybody);
        told.together.iter().for_each(|cell| all.add(cell));
        let is_told = all.answers >= least && all.answers > 0;
        let mut by_group = Vec::new();
        if is_told {
            by_group.extend(told_groups(grouped(&told.by_audience, audience_of), least));
            by_group.extend(told_groups(grouped(&told.by_country, country_of), least));
        }
        FeedbackSummary {
            activity: self.activity,
            status: self.status,
            answers: self.answers(),
            least,
            together: is_told.then_some(all),
            by_group,
        }
    }
}

impl ToldFeedback {
    fn is_nothing(&self) -> bool {
        self.together.is_empty()
    }

    /// On how many answers the whole rests.
    #[must_use]
    pub fn answers(&self) -> u32 {
        answers(&self.together)
    }
}

type GroupOf = fn(&FeedbackCell) -> FeedbackGroup;

fn audience_of(cell: &FeedbackCell) -> FeedbackGroup {
    FeedbackGroup::Audience(cell.audience)
}

fn country_of(cell: &FeedbackCell) -> FeedbackGroup {
    FeedbackGroup::Country(cell.country)
}

fn answers(cells: &[FeedbackCell]) -> u32 {
    cells.iter().map(|cell| cell.answers).sum()
}

fn grouped(cells: &[FeedbackCell], group_of: GroupOf) -> Vec<GroupFeedback> {
    let mut groups: Vec<GroupFeedback> = Vec::new();
    for cell in cells {
        let of = group_of(cell);
        match groups.iter_mut().find(|group| group.of == of) {
            Some(group) => group.add(cell),
            None => {
                let mut group = GroupFeedback::of(of);
                group.add(cell);
                groups.push(group);
            }
        }
    }
    groups
}

/// Whether rows may be told as they are now: all that were told are told again, since somebody may remember them; and each, and
/// what is left out together, is the same as before, or has the least number of answers more.
fn may_move(before: &[FeedbackCell], now: &[FeedbackCell], group_of: GroupOf, least: u32) -> bool {
    let moves = |is_meant: &dyn Fn(FeedbackGroup) -> bool| {
        let sum = |cells: &[FeedbackCell]| {
            let mut sum = GroupFeedback::of(FeedbackGroup::Everybody);
            cells.iter().filter(|cell| is_meant(group_of(cell))).for_each(|cell| sum.add(cell));
            sum
        };
        let (before, now) = (sum(before), sum(now));
        before == now || now.answers >= before.answers.saturating_add(least)
    };
    let told = told_groups(grouped(now, group_of), least);
    let is_told = |group: FeedbackGroup| told.iter().any(|row| row.of == group);
    told_groups(grouped(before, group_of), least).iter().all(|row| is_told(row.of))
        && told.iter().all(|row| moves(&|group| group == row.of))
        && moves(&|group| !is_told(group))
}

/// The groups that may be told beside the whole: each with the least number of answers, and those that are left out are none or
/// have as many together.
fn told_groups(mut groups: Vec<GroupFeedback>, least: u32) -> Vec<GroupFeedback> {
    groups.sort_by_key(|group| (group.answers, group.of));
    let mut hidden = 0;
    groups.retain(|group| {
        let is_hidden = group.answers < least || (hidden > 0 && hidden < least);
        hidden += if is_hidden { group.answers } else { 0 };
        !is_hidden
    });
    groups.sort_by_key(|group| group.of);
    groups
}

/// The name of the feedback of a registration.
#[must_use]
pub fn feedback_name(activity: ActivityId, registration: RegistrationId) -> String {
    format!("{}/feedback", registration_name(activity, registration))
}

/// The name of all feedback of an activity.
#[must_use]
pub fn feedback_summary_name(activity: ActivityId) -> String {
    format!("{}/feedback", activity_name(activity))
}

impl Record for Feedback {
    const KIND: &'static str = "feedback";
    type Place = Place;

    fn name(&self) -> String {
        feedback_name(self.activity, self.registration)
    }

    fn place(&self) -> Place {
        let group = feedback_summary_name(self.activity);
        Place { group, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for FeedbackTotals {
    const KIND: &'static str = "feedback-totals";
    type Place = Place;

    fn name(&self) -> String {
        feedback_summary_name(self.activity)
    }

    fn place(&self) -> Place {
        let first = self.untold.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
        let (state, order) = first.map_or((0, 0), |first| (Self::UNTOLD, first.as_microsecond()));
        Place { state, order, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
