//! How goods were chosen, what plans had room for, and how far bodies can be relied on, in the plainest way.

use std::collections::BTreeMap;

use seamless_proto::seamless::consignments::v1::{ControlOutcome, CriterionState, ModelState, Selection};

use crate::{
    CUT, START,
    targeting::{BANDS, BODIES, Goods, MODELS, PORTS, REASONS, Told, hundredths},
};

/// Rows by table and id, each value as it is compared.
pub type Rows = BTreeMap<String, Vec<String>>;

/// A measured value, without its interval: those are examples of the crates that reckon them.
pub fn number(value: f64) -> String {
    format!("{value:.9}")
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "-".to_owned() } else { number(part as f64 / whole as f64) }
}

/// Examined, with an outcome, unsafe, not compliant, safe, share unsafe.
fn found(goods: &[&Goods]) -> Vec<String> {
    let of = |outcome| goods.iter().filter(|one| one.outcome == Some(outcome)).count();
    let counts = [ControlOutcome::Unsafe, ControlOutcome::NonCompliant, ControlOutcome::Safe].map(of);
    let with_outcome: usize = counts.iter().sum();
    let head = [goods.len(), with_outcome].into_iter().chain(counts).map(|count| count.to_string());
    head.chain([share(counts[0], with_outcome)]).collect()
}

fn mean(of: impl Iterator<Item = f64>, cases: usize) -> String {
    if cases == 0 { "-".to_owned() } else { number(of.sum::<f64>() / cases as f64) }
}

fn brier(scored: &[(f64, bool)]) -> String {
    mean(scored.iter().map(|(score, is)| (score - f64::from(u8::from(*is))).powi(2)), scored.len())
}

fn predicted(scored: &[(f64, bool)]) -> Vec<String> {
    let found = scored.iter().filter(|(_, is)| *is).count();
    vec![
        scored.len().to_string(),
        found.to_string(),
        share(found, scored.len()),
        mean(scored.iter().map(|(score, _)| *score), scored.len()),
    ]
}

/// What the section on choosing should say.
pub fn chosen(goods: &[Goods], told: &[(i64, Told)]) -> Rows {
    let of_period: Vec<&Goods> = goods.iter().filter(|one| one.is_of_period()).collect();
    let mut wanted = Rows::new();
    for (index, reason) in REASONS.iter().enumerate() {
        let given: Vec<&Goods> =
            of_period.iter().copied().filter(|one| one.reasons.contains(&index)).collect();
        if !given.is_empty() {
            let id = reason.as_str_name().trim_start_matches("REASON_KIND_");
            wanted.insert(format!("by_reason/{id}"), found(&given));
        }
    }
    let met: Vec<&Goods> = of_period.iter().copied().filter(|one| !one.criteria.is_empty()).collect();
    if !met.is_empty() {
        wanted.insert("by_reason/CRITERION".to_owned(), found(&met));
    }
    for criterion in 0..3_usize {
        let met: Vec<&Goods> =
            of_period.iter().copied().filter(|one| one.criteria.contains(&criterion)).collect();
        // Hour by hour: it ends at 170, whatever its state.
        let is_active = (START..CUT.min(170)).any(|now| {
            let last = told
                .iter()
                .rfind(|(at, one)| *at <= now && matches!(one, Told::Criterion(of, _) if *of == criterion));
            matches!(last, Some((_, Told::Criterion(_, CriterionState::Active))))
        });
        if is_active || !met.is_empty() {
            wanted.insert(format!("by_criterion/criteria/{criterion}"), found(&met));
        }
    }
    let drawn: Vec<&Goods> = of_period
        .iter()
        .copied()
        .filter(|one| one.selection == Selection::Random && one.outcome.is_some())
        .collect();
    let mut lower = 0;
    for upper in BANDS {
        let is_of_band = |one: &u8| *one >= lower && (*one < upper || upper == 100);
        let scored: Vec<(f64, bool)> = drawn
            .iter()
            .filter_map(|one| Some((hundredths(one.probability.filter(is_of_band)?), one.is_unsafe())))
            .collect();
        wanted.insert(format!("by_probability/{lower}-{upper}"), predicted(&scored));
        lower = upper;
    }
    for (which, id) in [(0, MODELS[0].to_owned()), (1, format!("{}/shadow", MODELS[1]))] {
        let scored: Vec<(f64, bool)> =
            drawn.iter().filter_map(|one| Some((hundredths(one.scores[which]?), one.is_unsafe()))).collect();
        if !scored.is_empty() {
            let values = predicted(&scored).into_iter().chain([brier(&scored)]).collect();
            wanted.insert(format!("by_model/{id}"), values);
        }
    }
    let both: Vec<&&Goods> = drawn.iter().filter(|one| one.scores.iter().all(Option::is_some)).collect();
    if !both.is_empty() {
        let of = |which: usize| {
            both.iter()
                .map(|one| (hundredths(one.scores[which].unwrap()), one.is_unsafe()))
                .collect::<Vec<_>>()
        };
        let found = both.iter().filter(|one| one.is_unsafe()).count();
        let values = vec![both.len().to_string(), found.to_string(), brier(&of(1)), brier(&of(0))];
        wanted.insert(format!("shadows/{}/{}", MODELS[1], MODELS[0]), values);
    }
    for (index, name) in MODELS.iter().enumerate() {
        let steps: Vec<(i64, ModelState, i64)> = told
            .iter()
            .filter_map(|(at, told)| match told {
                Told::Model(of, state, learned) if *of == index => Some((*at, *state, *learned)),
                _ => None,
            })
            .collect();
        let Some((_, _, learned)) = steps.last() else { continue };
        let decides =
            steps.iter().rfind(|(at, ..)| *at < CUT).is_some_and(|step| step.1 == ModelState::Deciding);
        let within: Vec<_> = steps.iter().filter(|(at, ..)| (START..CUT).contains(at)).collect();
        if decides || !within.is_empty() {
            let began = within.iter().filter(|step| step.1 == ModelState::Deciding).count();
            let values = [*learned, learned / 2, began as i64].map(|count| count.to_string()).to_vec();
            wanted.insert(format!("models/{name}"), values);
        }
    }
    let mut changed: BTreeMap<String, usize> = BTreeMap::new();
    for (at, told) in told {
        if let Told::Override(from, to) = told
            && (START..CUT).contains(at)
        {
            let names = [from, to].map(|lane| lane.as_str_name().trim_start_matches("LANE_"));
            *changed.entry(names.join("-")).or_default() += 1;
        }
    }
    wanted.extend(counted("overridden_by_lane", changed));
    wanted
}

/// Counts with their shares.
fn counted(table: &str, counts: BTreeMap<String, usize>) -> Rows {
    let all: usize = counts.values().sum();
    counts
        .into_iter()
        .map(|(id, count)| (format!("{table}/{id}"), vec![count.to_string(), share(count, all)]))
        .collect()
}

/// What plans should say.
pub fn planned(goods: &[Goods], told: &[(i64, Told)]) -> Rows {
    let plans: Vec<(usize, i32, [i32; 4], Option<u8>)> = told
        .iter()
        .filter_map(|(_, told)| match told {
            Told::Plan(port, day, numbers, threshold) if *day <= 4 => {
                Some((*port, *day, *numbers, *threshold))
            }
            _ => None,
        })
        .collect();
    let mut wanted = Rows::new();
    for (index, port) in PORTS.iter().enumerate() {
        let of_port: Vec<_> = plans.iter().filter(|plan| plan.0 == index).collect();
        if of_port.is_empty() {
            continue;
        }
        let sum = |which: usize| of_port.iter().map(|plan| plan.2[which]).sum::<i32>();
        let (capacity, used) = (sum(0), sum(1) + sum(2) + sum(3));
        let mut thresholds: Vec<u8> = of_port.iter().filter_map(|plan| plan.3).collect();
        thresholds.sort_unstable();
        let below = |one: u8| thresholds.iter().filter(|other| **other <= one).count();
        // The first that at least half are not above.
        let middle = thresholds.iter().find(|one| 2 * below(**one) >= thresholds.len());
        let values = [of_port.len() as i32, capacity, sum(1), sum(2), sum(3)].map(|count| count.to_string());
        let share =
            if capacity == 0 { "-".to_owned() } else { number(f64::from(used) / f64::from(capacity)) };
        let threshold = middle.map_or("-".to_owned(), |one| number(f64::from(*one)));
        wanted.insert(format!("capacity/{port}"), values.into_iter().chain([share, threshold]).collect());
    }
    for day in 1..=4 {
        let of_day: Vec<_> = plans.iter().filter(|plan| plan.1 == day).collect();
        if of_day.is_empty() {
            continue;
        }
        let examined: Vec<&Goods> =
            goods.iter().filter(|one| one.is_of_period() && one.day == Some(day)).collect();
        let sum = |which: usize| of_day.iter().map(|plan| plan.2[which]).sum::<i32>().to_string();
        let [all, with_outcome, unsafe_ones, _, _, share]: [String; 6] = found(&examined).try_into().unwrap();
        let values = vec![sum(0), sum(1), all, with_outcome, unsafe_ones, share];
        wanted.insert(format!("plan_days/2027-01-{day:02}"), values);
    }
    wanted
}

/// What reliabilities and misused certificates should say.
pub fn relied_on(told: &[(i64, Told)]) -> Rows {
    let mut wanted = Rows::new();
    let mut levels: BTreeMap<String, usize> = BTreeMap::new();
    let (mut doubts, mut bodies): (BTreeMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for (index, body) in BODIES.iter().enumerate() {
        let last =
            told.iter().rfind(|(at, told)| *at < CUT && matches!(told, Told::Trust(of, ..) if *of == index));
        if let Some((_, Told::Trust(_, _, rate, level, more))) = last {
            let level = level.as_str_name().trim_start_matches("SWITCHING_STATE_");
            *levels.entry(level.to_owned()).or_default() += 1;
            let values = vec![
                number(hundredths(*rate)),
                (u32::from(*rate) + 100).to_string(),
                rate.to_string(),
                number(hundredths(100 - rate)),
                more.map_or("-".to_owned(), |more| more.to_string()),
            ];
            wanted.insert(format!("reliability/inspectionBodies/{body}/trust/eu-just.toys"), values);
        }
    }
    for (at, told) in told {
        if let Told::Misuse(body, doubt) = told
            && (START..CUT).contains(at)
        {
            let doubt = doubt.as_str_name().trim_start_matches("CERTIFICATE_DOUBT_");
            *doubts.entry(doubt.to_owned()).or_default() += 1;
            *bodies.entry(BODIES[*body].to_owned()).or_default() += 1;
        }
    }
    wanted.extend(counted("switching", levels));
    wanted.extend(counted("misused", doubts));
    wanted.extend(counted("misused_by_body", bodies));
    wanted
}
