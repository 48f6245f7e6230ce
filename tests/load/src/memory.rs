//! `memory`: what `seamless up --empty` holds at rest, against a bare runtime.

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use seamless_testkit::eventually;
use tokio::process::{Child, Command};

use crate::{
    Failure,
    outcome::{Goal, Outcome, rounded},
};

/// MiB.
const GOAL: f64 = 120.0;
/// How long it may take to be up.
const UP: Duration = Duration::from_secs(30);
/// How long it rests before the look.
const REST: Duration = Duration::from_secs(5);
/// How long it may take to end.
const DOWN: Duration = Duration::from_secs(20);

/// What a process holds of the memory, in KiB.
#[derive(Clone, Copy, Debug)]
pub struct Resident {
    /// Now.
    pub now: u64,
    /// At most, so far.
    pub peak: u64,
    /// Of what it holds now: pages of files, which the system takes back when it needs them.
    pub of_files: u64,
}

/// What this process holds. At its start: what a runtime alone takes.
///
/// # Errors
/// Where there is no `/proc`.
pub fn own() -> Result<Resident, Failure> {
    resident("self")
}

/// Measures; `at_start` is what this process held when it began.
///
/// # Errors
/// If the program is not there or does not come up.
pub async fn measure(at_start: &Resident) -> Result<(), Failure> {
    let program = std::env::current_exe()?.with_file_name("seamless");
    if !program.exists() {
        let program = program.display();
        return Err(format!("{program} is missing; build it first: cargo build --release -p seamless").into());
    }
    let data = tempfile::tempdir()?;
    let mut child = Command::new(&program)
        .arg("--data")
        .arg(data.path())
        .args(["up", "--empty", "--port", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let seen = at_rest(&mut child, data.path()).await;
    let ended = end(&mut child).await;
    let (seen, ended) = (seen?, ended?);
    if !ended.success() {
        return Err(format!("seamless up ended with {ended}").into());
    }
    let outcome = Outcome {
        measure: "memory".to_owned(),
        value: mebibytes(seen.now),
        unit: "MiB",
        baseline: mebibytes(at_start.now),
        goal: Goal::Below(GOAL),
        note: format!(
            "VmRSS of seamless up --empty {} s after it was up; baseline: this program at its start, a bare runtime",
            REST.as_secs()
        ),
        facts: vec![("peak_mib", rounded(mebibytes(seen.peak)).into())],
    };
    outcome.print()
}

/// Waits until it is up and has rested.
async fn at_rest(child: &mut Child, data: &Path) -> Result<Resident, Failure> {
    let endpoints = data.join("endpoints.json");
    let up = eventually("seamless is up, or has ended", UP, async || match child.try_wait() {
        Ok(None) if endpoints.exists() => Some(Ok(())),
        Ok(None) => None,
        Ok(Some(status)) => Some(Err(Failure::from(format!("seamless up ended early with {status}")))),
        Err(error) => Some(Err(error.into())),
    });
    up.await?;
    tokio::time::sleep(REST).await;
    let id = child.id().ok_or("seamless up has ended")?;
    resident(&id.to_string())
}

/// Asks it to end, as an operator would.
///
/// # Errors
/// If it does not end in time.
pub async fn end(child: &mut Child) -> Result<ExitStatus, Failure> {
    if let Some(id) = child.id() {
        Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
    }
    Ok(tokio::time::timeout(DOWN, child.wait()).await??)
}

/// What a process holds, by its id.
///
/// # Errors
/// Where there is no such process.
pub fn resident(process: &str) -> Result<Resident, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| -> Result<u64, Failure> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or_else(|| format!("/proc/{process}/status says no {name}"))?.parse()?)
    };
    Ok(Resident { now: field("VmRSS:")?, peak: field("VmHWM:")?, of_files: field("RssFile:")? })
}

/// KiB in MiB.
#[must_use]
pub fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1_024.0
}
