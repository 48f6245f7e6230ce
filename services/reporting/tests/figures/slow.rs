//! The same counts, in the plainest way: each alert's acts are walked through again for each question.

use std::collections::BTreeMap;

use seamless_proto::seamless::notifications::v1::{FollowUpState, RiskType};

use crate::{
    CUT, START,
    history::{Act, Kind},
};

/// From a sending on, to the next one.
struct One<'a> {
    alert: u32,
    sent: i64,
    /// Acts of this sending.
    acts: Vec<&'a Act>,
    risk: i32,
    withdrawn: Option<i64>,
    revoked: Option<i64>,
}

type Section = (&'static str, Vec<(String, u64)>);

/// What each section should say to this side.
pub fn counts(acts: &[Act], reader: &str) -> Vec<Section> {
    let (ones, lost) = seen(acts, reader);
    vec![("new", new(&ones)), ("handling", handling(&ones)), ("stock", stock(&ones, lost))]
}

/// What annual statistics should count.
pub fn annual(acts: &[Act], reader: &str) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for alert in 0..5 {
        let mut of: Vec<&Act> = acts.iter().filter(|act| act.alert == alert).collect();
        if reader == "cn-gacc" {
            let kept = of.iter().rposition(|act| act.kind == Kind::Revoke).map_or(0, |at| at + 1);
            of.drain(..kept);
        }
        let sent = of.iter().find(|act| matches!(act.kind, Kind::Send(_))).map(|act| act.hour);
        let is_new = sent.is_some_and(|hour| (START..CUT).contains(&hour));
        let is_withdrawn = of.iter().any(|act| act.kind == Kind::Withdraw && act.hour < CUT);
        *counts.entry("total".to_owned()).or_default() += u64::from(is_new);
        *counts.entry("withdrawn".to_owned()).or_default() += u64::from(is_new && is_withdrawn);
    }
    tidy(counts)
}

/// How many alerts there are, and how many came to each stage that response times tell of: acknowledged, investigated, tracing done.
pub fn stages(acts: &[Act], reader: &str) -> [[u64; 2]; 3] {
    use FollowUpState::{Investigating, NotTraced, Traced};
    let (mut ones, _) = seen(acts, reader);
    ones.retain(|one| one.sent >= START);
    let stages: [&[Kind]; 3] =
        [&[Kind::Acknowledge], &[Kind::Step(Investigating)], &[Kind::Step(Traced), Kind::Step(NotTraced)]];
    stages.map(|kinds| {
        let came = ones.iter().filter(|one| {
            let over =
                [one.withdrawn, one.revoked].into_iter().flatten().filter(|hour| *hour >= one.sent).min();
            let first = one.acts.iter().find(|act| kinds.contains(&act.kind));
            first.is_some_and(|act| act.hour < CUT && over.is_none_or(|over| act.hour <= over))
        });
        [ones.len() as u64, came.count() as u64]
    })
}

/// The sendings that this side knows before the cut, and how many alerts it lost.
fn seen<'a>(acts: &'a [Act], reader: &str) -> (Vec<One<'a>>, usize) {
    let (mut ones, mut lost) = (Vec::new(), 0);
    for alert in 0..5 {
        let of: Vec<&Act> = acts.iter().filter(|act| act.alert == alert).collect();
        let mut mine = sendings(&of);
        if reader == "cn-gacc" {
            // The last loss alone is remembered.
            let revoked = of.iter().filter(|act| act.kind == Kind::Revoke).map(|act| act.hour).next_back();
            lost += usize::from(revoked.is_some_and(|hour| (START..CUT).contains(&hour)));
            mine.retain(|one| one.revoked.is_none());
        }
        ones.extend(mine.into_iter().filter(|one| one.sent < CUT));
    }
    (ones, lost)
}

fn sendings<'a>(acts: &[&'a Act]) -> Vec<One<'a>> {
    let mut ones: Vec<One<'a>> = Vec::new();
    // The newest version is what is known of all sendings.
    let risk = acts.iter().rev().find_map(|act| match act.kind {
        Kind::Send(risk) | Kind::Update(risk) => Some(risk),
        _ => None,
    });
    let withdrawn = acts.iter().find(|act| act.kind == Kind::Withdraw).map(|act| act.hour);
    for act in acts {
        match act.kind {
            Kind::Send(_) => ones.push(One {
                alert: act.alert,
                sent: act.hour,
                acts: Vec::new(),
                risk: risk.unwrap(),
                withdrawn,
                revoked: None,
            }),
            Kind::Revoke => ones.last_mut().unwrap().revoked = Some(act.hour),
            _ => ones.last_mut().unwrap().acts.push(act),
        }
    }
    ones
}

fn tidy(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn new(ones: &[One<'_>]) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for one in ones.iter().filter(|one| one.sent >= START) {
        let risk =
            RiskType::try_from(one.risk).unwrap().as_str_name().trim_start_matches("RISK_TYPE_").to_owned();
        for key in [
            "total",
            &format!("by_risk_type/{risk}"),
            "by_type/",
            "by_risk_level/",
            "by_category/",
            "by_origin/",
            "by_sold_online/",
            "by_month/2027-01",
        ] {
            *counts.entry(key.to_owned()).or_default() += 1;
        }
    }
    tidy(counts)
}

fn handling(ones: &[One<'_>]) -> Vec<(String, u64)> {
    use FollowUpState::{Closed, Investigating, MeasureAdopted, NoMeasure, NotTraced, Traced};
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for one in ones {
        let came_to = |state: FollowUpState| {
            one.acts.iter().any(|act| act.kind == Kind::Step(state) && (START..CUT).contains(&act.hour))
        };
        for (id, state) in [
            ("investigated", Investigating),
            ("traced", Traced),
            ("not_traced", NotTraced),
            ("measures", MeasureAdopted),
            ("no_measure", NoMeasure),
            ("closed", Closed),
            ("no_measure_by_reason/", NoMeasure),
            ("not_traced_by_reason/", NotTraced),
        ] {
            *counts.entry(id.to_owned()).or_default() += u64::from(came_to(state));
        }
    }
    tidy(counts)
}

/// `None` before it was sent; whether it is open, and whether it was finished.
fn stands(one: &One<'_>, at: i64) -> Option<(bool, bool)> {
    if one.sent >= at {
        return None;
    }
    use FollowUpState::{Closed, MeasureAdopted, NoMeasure};
    let (mut finished, mut ended): (bool, bool) = (false, false);
    for hour in one.sent..at {
        if one.withdrawn == Some(hour) || one.revoked == Some(hour) {
            // What was finished stays so.
            ended |= !finished;
        }
        for act in one.acts.iter().filter(|act| act.hour == hour) {
            if let Kind::Step(state) = act.kind {
                finished = matches!(state, MeasureAdopted | NoMeasure | Closed);
            }
        }
    }
    // Of one that was taken back only what was finished before counts as finished.
    Some(match (finished, ended) {
        (_, true) => (false, false),
        (true, false) => (false, true),
        (false, false) => (!is_over(one, at), false),
    })
}

/// Whether it was withdrawn or revoked by then.
fn is_over(one: &One<'_>, at: i64) -> bool {
    [one.withdrawn, one.revoked].into_iter().flatten().any(|hour| hour >= one.sent && hour < at)
}

fn stock(ones: &[One<'_>], lost: usize) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut add = |id: &str, count: bool| *counts.entry(id.to_owned()).or_default() += u64::from(count);
    for one in ones {
        let (before, after) = (stands(one, START), stands(one, CUT));
        let (is_open, is_finished) = after.unwrap();
        let was_open = before.is_some_and(|(is_open, _)| is_open);
        let is_reopened = before.is_some_and(|(is_open, _)| !is_open) && is_open;
        add("opening", was_open);
        add("new", before.is_none());
        add("reopened", is_reopened);
        let counts = was_open || before.is_none() || is_reopened;
        add("finished", counts && is_finished);
        add("taken_back", counts && !is_open && !is_finished);
        add("closing", is_open);
    }
    counts.insert("lost".to_owned(), lost as u64);
    tidy(counts)
}

/// How many sendings, alerts, acknowledged and open ones each risk has in each month of China, of those that were sent in the period.
pub fn cases_by_risk_and_month(acts: &[Act], reader: &str) -> BTreeMap<String, Vec<u64>> {
    let zone = seamless_calendar::Zones::bundled().get("Asia/Shanghai").unwrap();
    let (mut counts, mut alerts): (BTreeMap<String, Vec<u64>>, BTreeMap<String, Vec<u32>>) =
        Default::default();
    let (ones, _) = seen(acts, reader);
    for one in ones.iter().filter(|one| one.sent >= START) {
        let risk = RiskType::try_from(one.risk).unwrap();
        let risk = risk.as_str_name().trim_start_matches("RISK_TYPE_");
        let day = crate::hour(one.sent).to_zoned(zone.clone()).date();
        let key = format!("{risk} {}", day.strftime("%Y-%m"));
        let acknowledged = one.acts.iter().any(|act| act.kind == Kind::Acknowledge && act.hour < CUT);
        let (is_open, _) = stands(one, CUT).unwrap();
        let row = counts.entry(key.clone()).or_insert_with(|| vec![0; 4]);
        let of_row = alerts.entry(key).or_default();
        if !of_row.contains(&one.alert) {
            of_row.push(one.alert);
            row[1] += 1;
        }
        row[0] += 1;
        row[2] += u64::from(acknowledged);
        row[3] += u64::from(is_open);
    }
    counts
}

/// How many alerts were sent in the period at all.
pub fn alerts_sent(acts: &[Act], reader: &str) -> u64 {
    let (ones, _) = seen(acts, reader);
    let mut alerts: Vec<u32> = ones.iter().filter(|one| one.sent >= START).map(|one| one.alert).collect();
    alerts.sort_unstable();
    alerts.dedup();
    alerts.len() as u64
}
