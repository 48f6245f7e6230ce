//! The report: a table for people, written anew by each run.

use std::{fmt::Write, fs, path::Path, process::Command, time::Duration};

use crate::{
    Failure,
    campaign::{Database, Outcome},
};

const HEAD: &str = "# What acknowledged changes outlive

Written by `cargo run -p seamless-trust` (the short form runs in `.ci/run`; see [README](README.md)). Both services run as
processes of their own on a disk that fails at random moments while four partners change and one reads without rest. At the
end the services are killed with SIGKILL and started again, and every change is asked for by the contract.

- **lost**: acknowledged, and not there. **other**: acknowledged, and there with other content. **doubled**: there twice.
- **unheard**: done, but the answer did not arrive; the same request id would get it.
- **refused**: calls answered with UNAVAILABLE (or ABORTED, or cut off); most were tried again with the same id.
- **health**: rounds in which health said NOT_SERVING while the trouble lasted.
- **back**: from the moment that the disk was mended (or the processes killed) to the first acknowledged change, median and
  longest, restart of the processes included where the class wants it.

";

/// Writes it.
///
/// # Errors
/// If the file cannot be written.
pub fn write(file: &Path, outcomes: &[Outcome], skipped: &[&str], took: Duration) -> Result<(), Failure> {
    let mut text = HEAD.to_owned();
    writeln!(text, "Commit {}, {} build, {}. {} s.\n", commit(), build(), machine(), took.as_secs())?;
    text += "| class | database | service | rounds | attempts | acknowledged | lost | other | doubled | unheard | refused | \
             reads (failed) | health | back, ms |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    for one in outcomes {
        let found = one.findings;
        let database = match one.class.database {
            Database::Sqlite => "SQLite",
            Database::Postgres => "PostgreSQL",
        };
        let mut back: Vec<u128> = one.back_after.iter().map(Duration::as_millis).collect();
        back.sort_unstable();
        let (median, longest) = (back.get(back.len() / 2), back.last());
        writeln!(
            text,
            "| {} | {database} | {} | {} | {} | {} | **{}** | **{}** | **{}** | {} | {} | {} ({}) | {} of {} | {}, {} |",
            one.class.name,
            one.subject.name(),
            one.class.rounds,
            found.attempts,
            found.acknowledged,
            found.lost,
            found.different,
            found.doubled,
            found.unheard,
            one.refused,
            one.reads,
            one.failed_reads,
            one.not_serving,
            one.class.rounds,
            median.copied().unwrap_or_default(),
            longest.copied().unwrap_or_default(),
        )?;
    }
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(of).sum::<usize>();
    writeln!(
        text,
        "\nIn all: {} attempts, {} acknowledged, **{} lost**, **{} other**, **{} doubled**.",
        sum(|one| one.findings.attempts),
        sum(|one| one.findings.acknowledged),
        sum(|one| one.findings.lost),
        sum(|one| one.findings.different),
        sum(|one| one.findings.doubled),
    )?;
    if !skipped.is_empty() {
        writeln!(text, "\nNot tried on this machine: {}.", skipped.join(", "))?;
    }
    Ok(fs::write(file, text)?)
}

fn build() -> &'static str {
    if cfg!(debug_assertions) { "debug" } else { "release" }
}

fn commit() -> String {
    let told = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match told(&["rev-parse", "--short=10", "HEAD"]) {
        None => "unknown".to_owned(),
        Some(commit)
            if told(&["status", "--porcelain", "--", "*.rs", "*.proto", "*.toml"])
                .is_some_and(|changed| !changed.is_empty()) =>
        {
            format!("{commit} with changes")
        }
        Some(commit) => commit,
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        memory.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores, {} GiB, Linux {}", kib >> 20, kernel.trim())
}
