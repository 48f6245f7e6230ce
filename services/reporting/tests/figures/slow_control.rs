//! What was examined and what arrived, in the plainest way.

use std::collections::BTreeMap;

use seamless_proto::seamless::consignments::v1::{ControlOutcome, Selection};

use crate::{
    CUT, START,
    control::{AREAS, BODIES, DUE, End, Exam, Hour, ORIGINS},
    sheet::Sheet,
    slow_times::{Fraction, Half, Waited, Wanted, half},
};

pub type Counted = Vec<(String, u64)>;

fn tidy(counts: BTreeMap<String, u64>) -> Counted {
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// What the report should count, by section.
pub fn counted(exams: &[Exam], hours: &[Hour], is_exercise: bool) -> [Counted; 2] {
    let exams: Vec<&Exam> = exams.iter().filter(|exam| exam.is_exercise == is_exercise).collect();
    // Where others examined all, it is not shown which goods matched an alert, and that is not none.
    let of_period: Vec<_> = exams.iter().filter(|exam| exam.is_of_period()).collect();
    let is_shown = of_period.is_empty() || of_period.iter().any(|exam| exam.selection.is_some());
    let mut examinations = BTreeMap::new();
    let mut add = |id: String, is: bool| *examinations.entry(id).or_default() += u64::from(is);
    for exam in exams.iter().filter(|exam| exam.is_of_period()) {
        let outcome = exam.outcome();
        add("examined".to_owned(), true);
        add("unsafe".to_owned(), outcome == Some(ControlOutcome::Unsafe));
        add("non_compliant".to_owned(), outcome == Some(ControlOutcome::NonCompliant));
        add("safe".to_owned(), outcome == Some(ControlOutcome::Safe));
        add("open".to_owned(), exam.is_open());
        add("released".to_owned(), outcome.is_none() && !exam.is_open());
        let first = usize::from(matches!(exam.first, End::Suspended(Some(_))));
        add("corrected".to_owned(), exam.changes().iter().skip(first).any(|(at, _)| *at < CUT));
        add("alert_matched".to_owned(), is_shown && exam.has_match);
        let is_unsafe = outcome == Some(ControlOutcome::Unsafe);
        add("alert_matched_unsafe".to_owned(), is_shown && exam.has_match && is_unsafe);
        add(format!("by_selection/{}", exam.chosen()), true);
        add(format!("by_area/{}", AREAS[exam.area]), true);
        add("by_entry_point/".to_owned(), true);
    }
    let mut arrived = BTreeMap::new();
    for one in hours.iter().filter(|one| (START..CUT).contains(&one.hour) && !is_exercise) {
        let lane = one.lane.as_str_name().trim_start_matches("LANE_");
        let mut add = |id: String| *arrived.entry(id).or_default() += one.count.unsigned_abs();
        add("screened".to_owned());
        for (id, is) in [
            ("inspected", one.is_inspected),
            ("alert_matched", one.is_matched),
            ("capacity_exhausted", one.is_exhausted),
        ] {
            if is {
                add(id.to_owned());
            }
        }
        add(format!("by_lane/{lane}"));
        add("by_choice/NONE".to_owned());
        add("by_area/".to_owned());
        add(format!("by_origin/{}", ORIGINS[one.origin]));
        add("by_entry_point/NLRTM".to_owned());
    }
    [tidy(examinations), tidy(arrived)]
}

/// Random examinations of goods that a body passed, by body.
pub fn false_pass(exams: &[Exam]) -> Counted {
    let mut counts = BTreeMap::new();
    for exam in exams.iter().filter(|exam| !exam.is_exercise && exam.is_of_period()) {
        let Some(body) = exam.body.filter(|_| exam.is_passed && exam.chosen() == "RANDOM") else { continue };
        *counts.entry(format!("false_pass/{}", BODIES[body])).or_default() +=
            u64::from(exam.outcome().is_some());
    }
    tidy(counts)
}

/// What is said of suspensions, but for when half are decided.
pub fn suspensions(exams: &[Exam], is_exercise: bool) -> Sheet {
    let suspended = exams.iter().filter(|exam| exam.is_exercise == is_exercise && exam.is_suspended());
    let due: Vec<&Exam> = suspended.filter(|exam| (START..CUT).contains(&(exam.examined + DUE))).collect();
    let count = |is: &dyn Fn(&Exam) -> bool| due.iter().filter(|exam| is(exam)).count();
    let ended = |exam: &Exam| exam.ended().filter(|at| *at < CUT && !exam.is_of_before);
    let in_time = count(&|exam| ended(exam).is_some_and(|at| at < exam.examined + DUE));
    let late = count(&|exam| ended(exam).is_some_and(|at| at >= exam.examined + DUE));
    let overdue = count(&|exam| exam.is_open());
    let mut sheet = Sheet::default();
    sheet.count("fell_due", due.len());
    sheet.count("in_time", in_time);
    sheet.count("late", late);
    sheet.count("overdue", overdue);
    sheet.count("unknown", count(&|exam| exam.is_of_before && exam.ended().is_some()));
    sheet.figure("share_in_time", Wanted::share(in_time as u64, (in_time + late + overdue) as u64));
    sheet.count("released_without_outcome", count(&|exam| !exam.is_open() && exam.changes()[0].1.is_none()));
    sheet
}

/// After how many hours half of the suspensions of the period are decided; those that ended at an unknown time are left out.
pub fn half_decided(exams: &[Exam], is_exercise: bool) -> Half {
    let suspended = exams.iter().filter(|exam| exam.is_exercise == is_exercise && exam.is_suspended());
    let known = suspended.filter(|exam| exam.is_of_period() && (exam.is_open() || !exam.is_of_before));
    let waited = |exam: &Exam| -> Waited {
        match exam.ended().filter(|at| *at < CUT) {
            Some(at) => (at - exam.examined, true),
            None => (CUT - exam.examined, false),
        }
    };
    match half(&known.map(waited).collect::<Vec<_>>()) {
        Wanted::Days(half) => half,
        other => panic!("{other:?} is no length of time"),
    }
}

/// How many unsafe goods are expected among those that arrived.
pub fn expected(hours: &[Hour]) -> Wanted {
    let of_period = hours.iter().filter(|one| (START..CUT).contains(&one.hour));
    Wanted::Number(Fraction::of(of_period.map(|one| u64::from(one.expected)).sum(), 4))
}

impl Exam {
    fn is_suspended(&self) -> bool {
        matches!(self.first, End::Suspended(_))
    }

    /// The outcome at the cut; none while it is open, and of a release.
    pub fn outcome(&self) -> Option<ControlOutcome> {
        let mut outcome = match self.first {
            End::AtOnce(outcome) => Some(outcome),
            End::Suspended(_) => None,
        };
        for (index, (at, changed)) in self.changes().into_iter().enumerate() {
            if at < CUT || (index == 0 && self.is_suspended() && self.is_of_before) {
                outcome = changed;
            }
        }
        outcome
    }

    /// When a suspension ended.
    pub fn ended(&self) -> Option<i64> {
        match self.first {
            End::AtOnce(_) => None,
            End::Suspended(_) => self.changes().first().map(|(at, _)| *at),
        }
    }

    pub fn is_open(&self) -> bool {
        // Of an end whose time was not kept it is known that it came.
        self.is_suspended() && self.ended().is_none_or(|at| at >= CUT && !self.is_of_before)
    }

    pub fn is_of_period(&self) -> bool {
        (START..CUT).contains(&self.examined)
    }

    /// The name of how it was chosen.
    pub fn chosen(&self) -> &'static str {
        match self.selection {
            None => "",
            Some(Selection::Targeted) if !self.is_screened => "OFFICER",
            Some(Selection::Random) => "RANDOM",
            Some(Selection::Targeted) => "TARGETED",
            Some(Selection::Mandatory) => "MANDATORY",
            _ => "OFFICER",
        }
    }
}
