//! The invariants of the architecture that can be read from manifests and sources. What breaks one is named with file and
//! line.

use std::{collections::BTreeSet, fs};

use cargo_metadata::{Metadata, Package, camino::Utf8Path};

use crate::{
    assert_none,
    source::{Source, files, names, sources, workspace},
};

/// Who may depend on several services.
const JOINS_SERVICES: [&str; 4] = ["services/seamless", "tests", "tests/load", "tests/trust"];
/// The program that runs the services: it is no service.
const PROGRAM: &str = "seamless";
/// Besides `main.rs`, who may touch what belongs to the whole process, and why.
const MAY_TOUCH_THE_PROCESS: [(&str, &str); 10] = [
    ("shared/program/src/commands.rs", "holds `carry_out`, which main.rs calls once"),
    ("shared/program/src/lib.rs", "holds `run`, which main.rs calls once"),
    ("shared/service/src/telemetry/mod.rs", "holds `init`, which main.rs calls once"),
    ("shared/service/src/telemetry/otlp.rs", "the exporters that `init` makes global"),
    ("shared/service/src/tls.rs", "holds `install_crypto_provider`, which main.rs calls once"),
    ("shared/service/src/run.rs", "holds `shutdown_signal`, which main.rs calls once"),
    ("services/seamless/src/up/mod.rs", "the verb `up` of the program: what main.rs is to a service"),
    (
        "services/seamless/src/commands/watch/mod.rs",
        "a verb that runs until it is asked to stop, as `up` does",
    ),
    ("shared/testkit/src/cluster.rs", "tests have no main.rs; looks for the programs of PostgreSQL"),
    (
        "shared/testkit/src/databases.rs",
        "tests have no main.rs; reads which PostgreSQL to use and what to write",
    ),
];
/// What touches the whole process: environment, subscriber, providers, panic hook, signal handlers, crypto provider.
const TOUCHES_THE_PROCESS: [&str; 16] = [
    "#[global_allocator]",
    "std::env",
    "env::var",
    "set_hook(",
    "ctrl_c(",
    "tokio::signal",
    "signal::unix",
    "try_init(",
    "set_global_default(",
    "set_text_map_propagator(",
    "set_tracer_provider(",
    "set_meter_provider(",
    "install_default(",
    "install_crypto_provider(",
    "telemetry::init(",
    "shutdown_signal(",
];
/// How a transaction begins with SeaORM and sqlx.
const BEGINS_A_TRANSACTION: [&str; 6] = [
    ".begin()",
    ".begin_with_config(",
    ".begin_with_options(",
    ".transaction(",
    ".transaction_with_config(",
    ".transaction_with_options(",
];
const READS_THE_CLOCK: [&str; 4] =
    ["SystemTime::now(", "Timestamp::now(", "Zoned::now(", "OffsetDateTime::now"];
/// What clippy refuses for us, whatever else it refuses.
const CLIPPY_REFUSES: [&str; 12] = [
    "sea_orm::TransactionTrait::begin",
    "sea_orm::TransactionTrait::transaction",
    "std::time::SystemTime::now",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "jiff::tz::TimeZone::get",
    "jiff::tz::db",
    "jiff::Timestamp::in_tz",
    "jiff::civil::Date::in_tz",
    "jiff::civil::DateTime::in_tz",
    "std::env::var",
    "std::env::vars",
];
const VAGUE_NAMES: [&str; 6] = ["utils", "util", "helpers", "common", "misc", "manager"];
const LONGEST_FILE: usize = 500;
/// The defaults of each service, as they are embedded in its program.
const DEFAULTS: [(&str, &str); 4] = [
    ("services/consignments", seamless_consignments::config::DEFAULTS),
    ("services/notifications", seamless_notifications::config::DEFAULTS),
    ("services/reporting", seamless_reporting::config::DEFAULTS),
    ("services/training", seamless_training::config::DEFAULTS),
];
/// Keys that one comment may explain together: a pair such as certificate and key.
const KEYS_OF_A_COMMENT: usize = 2;

/// The folder of a package, from the root.
fn folder(workspace: &Metadata, package: &Package) -> String {
    let root = &workspace.workspace_root;
    package.manifest_path.parent().and_then(|path| path.strip_prefix(root).ok()).unwrap().to_string()
}

/// The folders of the services, from the root.
pub fn services(workspace: &Metadata) -> Vec<String> {
    let folders = workspace.packages.iter().map(|package| folder(workspace, package));
    let is_service = |folder: &str| folder.strip_prefix("services/").is_some_and(|name| name != PROGRAM);
    let services: Vec<String> = folders.filter(|folder| is_service(folder)).collect();
    assert!(!services.is_empty(), "no services were found: look at this test");
    services
}

/// `file:line` of the first line that begins with a text, or else holds it.
fn place(root: &Utf8Path, file: &str, text: &str) -> String {
    let content = fs::read_to_string(root.join(file)).unwrap_or_default();
    let lines = || content.lines();
    let begins = lines().position(|line| line.trim_start().starts_with(text));
    let line = begins.or_else(|| lines().position(|line| line.contains(text))).map_or(1, |index| index + 1);
    format!("{file}:{line}")
}

/// The sources of all crates without their tests.
pub fn production() -> Vec<Source> {
    let root = workspace().workspace_root;
    let all: Vec<Source> = sources(&root, "")
        .into_iter()
        .filter(|source| format!("/{}", source.path).contains("/src/"))
        .collect();
    assert!(all.len() > 100, "only {} sources were found: look at this test", all.len());
    all
}

pub fn has_any(line: &str, words: &[&str]) -> bool {
    let dense: String = line.split_whitespace().collect();
    words.iter().any(|word| dense.contains(word))
}

#[test]
fn a_service_never_depends_on_a_service() {
    let workspace = workspace();
    let of_service: Vec<(&str, String)> = workspace
        .packages
        .iter()
        .map(|package| (package.name.as_str(), folder(&workspace, package)))
        .filter(|(_, folder)| folder.starts_with("services/"))
        .collect();
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let depender = folder(&workspace, package);
        if JOINS_SERVICES.contains(&depender.as_str()) {
            continue;
        }
        for dependency in &package.dependencies {
            if of_service.iter().any(|(name, _)| *name == dependency.name) {
                let manifest = format!("{depender}/Cargo.toml");
                let at = place(&workspace.workspace_root, &manifest, &dependency.name);
                findings.push(format!("{at}: {} depends on {}, a service", package.name, dependency.name));
            }
        }
    }
    assert_none("only the program and the tests may depend on services", &findings);
}

#[test]
fn only_main_touches_what_belongs_to_the_whole_process() {
    let mut findings = Vec::new();
    let mut used = BTreeSet::new();
    // The programs in tests/ run alone.
    for source in production().into_iter().filter(|source| !source.path.starts_with("tests/")) {
        // What the program was built for is a constant of it.
        let is_constant = |line: &str| line.contains("std::env::consts::");
        let touches = source.lines_of_code(|line| has_any(line, &TOUCHES_THE_PROCESS) && !is_constant(line));
        if source.path.ends_with("/src/main.rs") || touches.is_empty() {
            continue;
        }
        match MAY_TOUCH_THE_PROCESS.iter().find(|(file, _)| *file == source.path) {
            Some((file, _)) => {
                used.insert(*file);
            }
            None => findings.extend(touches),
        }
    }
    for (file, reason) in MAY_TOUCH_THE_PROCESS.iter().filter(|(file, _)| !used.contains(file)) {
        findings.push(format!("{file}:1: the exception is needed no more ({reason})"));
    }
    assert_none("several services run in one process: only main.rs touches what they share", &findings);
}

#[test]
fn transactions_begin_in_storage_alone_and_the_clock_is_read_in_one_place() {
    let (mut findings, mut begun, mut read) = (Vec::new(), 0, 0);
    for source in production() {
        let begins = source.lines_of_code(|line| has_any(line, &BEGINS_A_TRANSACTION));
        let reads = source.lines_of_code(|line| has_any(line, &READS_THE_CLOCK));
        match source.path.starts_with("shared/storage/src/") {
            true => begun += begins.len(),
            false => findings.extend(begins),
        }
        match source.path == "shared/calendar/src/clock.rs" {
            true => read += reads.len(),
            false => findings.extend(reads),
        }
    }
    assert!(begun > 0 && read > 0, "not even there it was found: look at this test");
    assert_none("transactions begin in shared/storage; time comes from Clock", &findings);
}

#[test]
fn clippy_refuses_what_the_architecture_refuses() {
    let root = workspace().workspace_root;
    let clippy: toml::Table = fs::read_to_string(root.join("clippy.toml")).unwrap().parse().unwrap();
    let refused = clippy["disallowed-methods"].as_array().unwrap();
    let mut findings = Vec::new();
    for path in CLIPPY_REFUSES {
        let entry =
            refused.iter().find(|entry| entry.get("path").and_then(toml::Value::as_str) == Some(path));
        match entry.map(|entry| entry.get("reason").is_some()) {
            Some(true) => {}
            Some(false) => {
                findings.push(format!("{}: {path} has no reason", place(&root, "clippy.toml", path)))
            }
            None => findings.push(format!("clippy.toml:1: {path} is not refused")),
        }
    }
    assert_none("clippy.toml holds the bans", &findings);
}

#[test]
fn every_file_is_short_and_says_in_its_name_what_it_is_for() {
    let root = workspace().workspace_root;
    let mut findings = Vec::new();
    for source in sources(&root, "") {
        if source.code.len() > LONGEST_FILE {
            findings.push(format!("{}:{}: more than {LONGEST_FILE} lines", source.path, source.code.len()));
        }
        let vague = source
            .path
            .split('/')
            .map(|part| part.trim_end_matches(".rs"))
            .find(|part| VAGUE_NAMES.contains(part));
        if let Some(vague) = vague {
            findings.push(format!("{}:1: `{vague}` says nothing about its job", source.path));
        }
    }
    assert_none("short files with telling names", &findings);
}

#[test]
fn nothing_is_left_to_be_done() {
    let root = workspace().workspace_root;
    // In two parts each, so that these lines themselves leave nothing to be done.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let mut findings = Vec::new();
    for source in sources(&root, "") {
        findings.extend(source.lines_of_code(|line| has_any(line, &["todo!(", "unimplemented!(", "dbg!("])));
        findings.extend(source.lines_of_comment(|line| marks.iter().any(|mark| names(line, mark))));
    }
    for extension in ["proto", "toml", "md", "yaml"] {
        for file in files(&root, extension) {
            let text = fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(&root).unwrap();
            let marked =
                text.lines().enumerate().filter(|(_, line)| marks.iter().any(|mark| names(line, mark)));
            findings.extend(marked.map(|(index, line)| format!("{path}:{}: {}", index + 1, line.trim())));
        }
    }
    assert_none("no stubs and no notes to oneself", &findings);
}

#[test]
fn every_dependency_has_its_version_in_the_workspace_table() {
    let workspace = workspace();
    let root = &workspace.workspace_root;
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let file = format!("{}/Cargo.toml", folder(&workspace, package));
        let manifest: toml::Table = fs::read_to_string(root.join(&file)).unwrap().parse().unwrap();
        let of_target =
            manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
        let tables = of_target.filter_map(toml::Value::as_table).chain([&manifest]);
        for table in tables {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                let dependencies = table.get(kind).and_then(toml::Value::as_table).into_iter().flatten();
                let own = dependencies
                    .filter(|(_, of)| of.get("workspace").and_then(toml::Value::as_bool) != Some(true));
                findings.extend(own.map(|(name, _)| {
                    format!("{}: {name} has a version of its own", place(root, &file, name))
                }));
            }
        }
    }
    assert_none("every version stands once, in the root's table", &findings);
}

/// True for `# key = value`: an optional setting, which explains nothing.
fn is_commented_out(comment: &str) -> bool {
    comment.split_once('=').is_some_and(|(key, _)| !key.trim().is_empty() && !key.trim().contains(' '))
}

#[test]
fn every_configuration_key_is_explained() {
    let workspace = workspace();
    let mut findings = Vec::new();
    for service in services(&workspace) {
        let file = format!("{service}/config/default.toml");
        let text = fs::read_to_string(workspace.workspace_root.join(&file)).unwrap();
        if !DEFAULTS.contains(&(service.as_str(), text.as_str())) {
            findings.push(format!("{file}:1: the defaults of the program are others"));
        }
        let mut may_follow = 0;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            match line.strip_prefix('#') {
                Some(comment) if is_commented_out(comment) => may_follow = 0,
                Some(_) => may_follow = KEYS_OF_A_COMMENT,
                None if line.is_empty() || line.starts_with('[') => may_follow = 0,
                None if may_follow == 0 => findings.push(format!("{file}:{}: {line}", index + 1)),
                None => may_follow -= 1,
            }
        }
    }
    assert_none("a comment above each key says what it is for, and the file is what is embedded", &findings);
}

#[test]
fn every_shared_crate_says_what_its_one_job_is() {
    let workspace = workspace();
    let shared: Vec<String> = workspace
        .packages
        .iter()
        .map(|package| folder(&workspace, package))
        .filter(|folder| folder.starts_with("shared/"))
        .collect();
    assert!(!shared.is_empty(), "no shared crates were found: look at this test");
    let missing: Vec<String> = shared
        .iter()
        .filter(|folder| !workspace.workspace_root.join(folder).join("README.md").is_file())
        .map(|folder| format!("{folder}/README.md:1: is missing"))
        .collect();
    assert_none("each shared crate has a README", &missing);
}
