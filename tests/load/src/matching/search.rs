//! Finding the alerts on the same product among many: time and memory.

use std::{collections::BTreeSet, time::Instant};

use seamless_matching::{Index, Model};

use super::{baselines, synthetic};
use crate::{
    Failure,
    core_time::core_time,
    outcome::{Goal, Outcome, rounded},
    tally::Durations,
};

const ALERTS: u32 = 100_000;
const QUERIES: u32 = 2_000;
/// The baseline looks at every alert, so it is asked less often.
const BASELINE_QUERIES: u32 = 40;
/// Queries before those that count.
const WARM_UP: u32 = 50;
const LIMIT: usize = 20;
/// Milliseconds, of the 99th percentile.
const GOAL_MS: f64 = 20.0;
/// Bytes a record.
const GOAL_BYTES: f64 = 1_200.0;

/// Measures both.
///
/// # Errors
/// If the embedded weights cannot be read, or there is no `/proc`.
pub fn measure() -> Result<(), Failure> {
    let model = Model::embedded()?;
    let before = resident_bytes()?;
    let begun = Instant::now();
    let mut index = Index::new(model.clone());
    let mut text_bytes = 0;
    for number in 0..ALERTS {
        let alert = synthetic::alert(number);
        text_bytes += synthetic::text_bytes(&alert);
        index.insert(number, &alert);
    }
    let built_in = begun.elapsed();
    let held = resident_bytes()? - before;
    print_memory(held / f64::from(ALERTS), text_bytes as f64 / f64::from(ALERTS), index.bytes())?;

    let threshold = model.threshold();
    let (mut times, mut walls) = (Durations::new()?, Durations::new()?);
    let (mut first, mut found) = (0_u32, 0_u32);
    for number in 0..WARM_UP + QUERIES {
        let (alert, query) = synthetic::query(number, ALERTS);
        let (begun, begun_at) = (core_time()?, Instant::now());
        let hits = index.find(&query, LIMIT, threshold, |_| true);
        let (took, wall) = (core_time()? - begun, begun_at.elapsed());
        if number >= WARM_UP {
            times.add(took);
            walls.add(wall);
            first += u32::from(hits.first().is_some_and(|hit| hit.key == alert));
            found += u32::from(hits.iter().any(|hit| hit.key == alert));
        }
    }
    drop(index);
    let all: Vec<BTreeSet<String>> =
        (0..ALERTS).map(|number| baselines::words(&synthetic::alert(number))).collect();
    let (mut scans, mut scan_first) = (Durations::new()?, 0_u32);
    for number in 0..BASELINE_QUERIES {
        let (alert, query) = synthetic::query(number, ALERTS);
        let begun = core_time()?;
        let words = baselines::words(&query);
        let best = (0..ALERTS).zip(&all).map(|(key, other)| (baselines::overlap(&words, other), key));
        let best = best.reduce(|best, next| if next.0 > best.0 { next } else { best });
        scans.add(core_time()? - begun);
        scan_first += u32::from(best.is_some_and(|(_, key)| key == alert));
    }
    let outcome = Outcome {
        measure: "matching-search".to_owned(),
        value: times.quantile_ms(0.99),
        unit: "ms",
        baseline: scans.quantile_ms(0.99),
        goal: Goal::Below(GOAL_MS),
        note: "99th percentile of the time that a query against 100,000 synthetic alerts takes of one core, answers \
               with reasons (wall_*: on the clock, with what else the machine did); each \
               query is an alert of them as another authority would write it: first_share says how often that alert \
               came first, found_share how often among 20 above the threshold; baseline: word overlap with every alert"
            .to_owned(),
        facts: vec![
            ("alerts", ALERTS.into()),
            ("queries", times.count().into()),
            ("p50_ms", times.fact(0.5)),
            ("p99_ms", times.fact(0.99)),
            ("wall_p50_ms", walls.fact(0.5)),
            ("wall_p99_ms", walls.fact(0.99)),
            ("baseline_p50_ms", scans.fact(0.5)),
            ("first_share", rounded(f64::from(first) / f64::from(QUERIES)).into()),
            ("found_share", rounded(f64::from(found) / f64::from(QUERIES)).into()),
            ("baseline_first_share", rounded(f64::from(scan_first) / f64::from(BASELINE_QUERIES)).into()),
            ("build_s", rounded(built_in.as_secs_f64()).into()),
        ],
    };
    outcome.print()
}

/// Bytes of memory that this process holds.
fn resident_bytes() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kibibytes = line.trim().trim_end_matches("kB").trim();
    let kibibytes: f64 =
        kibibytes.parse().map_err(|_| format!("expected VmRSS in kB in /proc/self/status, got {line:?}"))?;
    Ok(kibibytes * 1_024.0)
}

fn print_memory(held: f64, text_bytes: f64, counted: usize) -> Result<(), Failure> {
    let outcome = Outcome {
        measure: "matching-memory".to_owned(),
        value: held,
        unit: "bytes/record",
        baseline: text_bytes,
        goal: Goal::Below(GOAL_BYTES),
        note: "growth of the resident memory by an index of 100,000 synthetic alerts; counted: what the index says of \
               itself; baseline: the bare texts of the same alerts"
            .to_owned(),
        facts: vec![("counted", rounded(counted as f64 / f64::from(ALERTS)).into())],
    };
    outcome.print()
}
