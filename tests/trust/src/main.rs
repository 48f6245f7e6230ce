//! Whether what the services acknowledge outlives disks that fail; see the README.
//!
//! Invariant: everything is bounded in count and time, listens on 127.0.0.1 only, and leaves nothing behind but the report.

mod audit;
mod campaign;
mod chance;
mod disk;
mod load;
mod partner;
mod program;
mod report;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use campaign::{Class, Database, Trouble};
use clap::Parser;
use disk::{Fault, Kind};

/// What keeps a campaign from its end.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Lets disks fail under both services, and compares what they acknowledged with what is there.
#[derive(Debug, Parser)]
struct Arguments {
    /// Few rounds of each class, as continuous integration runs it
    #[arg(long)]
    short: bool,
    /// Only the classes whose name holds this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// Where the report goes; the short form writes none unless told
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(complaints) if complaints.is_empty() => ExitCode::SUCCESS,
        Ok(complaints) => {
            complaints.iter().for_each(|complaint| say(complaint));
            ExitCode::FAILURE
        }
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<Vec<String>, Failure> {
    let scratch = tempfile::tempdir()?;
    let can_mount = disk::can_mount(scratch.path());
    let has_loops = can_mount && disk::has_loop_devices();
    let has_compiler = std::process::Command::new("cc").arg("--version").output().is_ok();
    let (mut outcomes, mut skipped, mut complaints) = (Vec::new(), Vec::new(), Vec::new());
    let began = Instant::now();
    for class in classes(if arguments.short { 2 } else { 12 }) {
        let is_left_out = arguments.short && class.trouble == Trouble::Disk(Fault::FileSystemError);
        if is_left_out || !class.name.contains(&arguments.only) {
            continue;
        }
        let is_possible = match class.disk {
            Kind::Refusing => has_compiler,
            Kind::Memory(_) => can_mount,
            Kind::Ext4(_) => has_loops,
        };
        if !is_possible {
            say(&format!("NOT TRIED: {} wants root and loop devices, or a C compiler", class.name));
            skipped.push(class.name);
            continue;
        }
        for outcome in campaign::run(class).await.map_err(|failure| format!("{}: {failure}", class.name))? {
            let found = outcome.findings;
            say(&format!(
                "{}, {}: {} attempts, {} acknowledged, {} lost, {} other, {} doubled, {} refused",
                class.name,
                outcome.subject.name(),
                found.attempts,
                found.acknowledged,
                found.lost,
                found.different,
                found.doubled,
                outcome.refused
            ));
            complaints.extend(outcome.complaints());
            outcomes.push(outcome);
        }
    }
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("REPORT.md");
    if let Some(file) = arguments.report.or_else(|| (!arguments.short).then_some(usual)) {
        report::write(&file, &outcomes, &skipped, began.elapsed())?;
    }
    Ok(complaints)
}

fn classes(rounds: usize) -> Vec<Class> {
    use Database::{Postgres, Sqlite};
    let class = |name, disk, trouble, database| Class { name, disk, trouble, database, rounds };
    let refused = |letter| Trouble::Disk(Fault::Refused(letter));
    vec![
        class("full disk (tmpfs)", Kind::Memory(192), Trouble::Disk(Fault::Full), Sqlite),
        class("full disk (ext4)", Kind::Ext4(192), Trouble::Disk(Fault::Full), Sqlite),
        class("killed while full (tmpfs)", Kind::Memory(192), Trouble::KilledWhileFull, Sqlite),
        class("over quota (EDQUOT)", Kind::Refusing, refused('q'), Sqlite),
        class("write error (EIO)", Kind::Refusing, refused('w'), Sqlite),
        class("fsync error (EIO)", Kind::Refusing, refused('s'), Sqlite),
        class("one in four fails (EIO)", Kind::Refusing, refused('x'), Sqlite),
        class("read-only (EROFS)", Kind::Refusing, refused('r'), Sqlite),
        Class {
            rounds: rounds.div_ceil(6),
            ..class(
                "remounted read-only by the kernel (ext4)",
                Kind::Ext4(192),
                Trouble::Disk(Fault::FileSystemError),
                Sqlite,
            )
        },
        class("kill -9", Kind::Refusing, Trouble::Killed, Sqlite),
        Class {
            rounds: rounds.div_ceil(3),
            ..class(
                "full disk (tmpfs) of the server",
                Kind::Memory(160),
                Trouble::Disk(Fault::Full),
                Postgres,
            )
        },
        Class {
            rounds: rounds.div_ceil(3),
            ..class("kill -9 of the services", Kind::Memory(160), Trouble::Killed, Postgres)
        },
    ]
}

/// Says something to whoever watches.
fn say(text: &str) {
    // Nobody is left to be told.
    let _ = writeln!(std::io::stderr(), "seamless-trust: {text}");
}
