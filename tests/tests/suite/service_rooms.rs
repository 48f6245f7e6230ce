//! The rooms of a service: which there are, which tools each may name, which of the others it may know, and who decides
//! and commits.

use std::collections::BTreeSet;

use crate::{
    architecture::{has_any, production, services},
    assert_none,
    source::{Source, names, sources, workspace},
};

/// Top-level modules of a service; `main` runs what `lib` makes of the others.
pub const SERVICE_MODULES: [&str; 9] =
    ["api", "commit", "config", "contract", "domain", "lib", "main", "store", "workers"];
/// Rooms of one service beside these: what its API and its workers do together, and why it is no use case alone.
const OWN_ROOMS: [(&str, &str, &str); 5] = [
    ("services/consignments", "screening", "many calls are looked up, decided and written together"),
    ("services/notifications", "attachments", "a decision and what becomes of the file behind it"),
    (
        "services/notifications",
        "deliveries",
        "what readers acknowledge in the feed, on its way into the ledgers",
    ),
    ("services/reporting", "render", "one calculation is written in every format"),
    ("services/reporting", "situation", "a page for people, which judges who sees it by itself"),
];
/// Which rooms a room may know; none may know `api` or `workers`, which are entered from outside.
const ROOMS_BELOW: [(&str, &[&str]); 8] = [
    ("domain", &["domain"]),
    ("render", &["render", "domain"]),
    ("situation", &["situation", "commit", "domain", "render", "store"]),
    ("store", &["store", "domain"]),
    ("contract", &["contract", "store", "domain"]),
    ("commit", &["contract", "store", "domain", "screening"]),
    (
        "api",
        &[
            "api",
            "attachments",
            "commit",
            "config",
            "contract",
            "deliveries",
            "domain",
            "screening",
            "situation",
            "store",
        ],
    ),
    (
        "workers",
        &[
            "workers",
            "attachments",
            "commit",
            "config",
            "contract",
            "deliveries",
            "domain",
            "render",
            "screening",
            "store",
        ],
    ),
];
/// Crates that only `api/` and what is around it may name.
const WIRE: &[&str] =
    &["tonic", "tonic_types", "prost", "prost_types", "prost_reflect", "seamless_proto", "http", "hyper"];
/// Of these, what `contract/` leaves to the transport.
const TRANSPORT: &[&str] = &["tonic", "tonic_types", "http", "hyper"];
/// Crates that only `store/` may name.
const DATABASE: &[&str] = &["sea_orm", "sea_orm_migration", "sqlx"];
/// Crates of the kit that stand above the domain: it decides in the words of `seamless_decision`, and no more.
const KIT: &[&str] =
    &["seamless_api", "seamless_commit", "seamless_program", "seamless_service", "seamless_storage"];
/// Files that every service has beside its sources.
const SERVICE_FILES: [&str; 4] = ["Cargo.toml", "README.md", "config/default.toml", "src/main.rs"];
/// Besides `commit.rs`, which files outside domain and store may name a change set, and why.
const MAY_STATE_FACTS: [(&str, &str); 2] = [
    ("services/notifications/src/deliveries.rs", "that something was delivered, the feed alone can know"),
    (
        "services/notifications/src/api/evidence.rs",
        "that a receipt was handed over, the transport alone can know",
    ),
];

#[test]
fn each_layer_of_a_service_keeps_to_its_own_tools() {
    let workspace = workspace();
    let layers = [
        ("domain", [WIRE, DATABASE, KIT].concat(), None),
        ("contract", [TRANSPORT, DATABASE].concat(), Some("seamless_proto")),
        ("api", DATABASE.to_vec(), Some("tonic")),
        ("workers", TRANSPORT.to_vec(), None),
        ("store", WIRE.to_vec(), Some("sea_orm")),
    ];
    let mut findings = Vec::new();
    for service in services(&workspace) {
        for (layer, foreign, own) in &layers {
            let files = sources(&workspace.workspace_root, &format!("{service}/src/{layer}"));
            let has_own = |source: &Source| {
                !source.lines_of_code(|line| own.is_none_or(|own| names(line, own))).is_empty()
            };
            assert!(files.iter().any(has_own), "{service} has no {layer} with {own:?}: look at this test");
            for source in files {
                findings.extend(source.lines_of_code(|line| foreign.iter().any(|name| names(line, name))));
            }
        }
    }
    assert_none("domain knows neither wire nor database, api no database, store no wire", &findings);
}

#[test]
fn every_service_has_the_same_shape() {
    let workspace = workspace();
    let root = &workspace.workspace_root;
    let mut findings = Vec::new();
    for service in services(&workspace) {
        for file in SERVICE_FILES.iter().filter(|file| !root.join(&service).join(file).is_file()) {
            findings.push(format!("{service}/{file}:1: is missing"));
        }
        let entries = root.join(&service).join("src").read_dir_utf8().unwrap();
        let modules: BTreeSet<String> =
            entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_owned()).collect();
        let own = OWN_ROOMS.iter().filter(|(owner, ..)| *owner == service).map(|(_, room, _)| *room);
        let wanted: BTreeSet<String> = SERVICE_MODULES.into_iter().chain(own).map(str::to_owned).collect();
        for odd in modules.symmetric_difference(&wanted) {
            findings.push(format!(
                "{service}/src/{odd}:1: a service has the modules {SERVICE_MODULES:?} and its own: {OWN_ROOMS:?}"
            ));
        }
    }
    assert_none("every service has the same files in the same places", &findings);
}

/// A migration says what was made when it was released. If it named the entities of today, a column that is renamed would
/// be made under its new name in new databases, and under the old one stand in all others.
#[test]
fn migrations_name_no_entities() {
    let (mut findings, mut found) = (Vec::new(), 0);
    // A service of the tests has its schema of today, and no releases.
    for source in production().into_iter().filter(|source| !source.path.starts_with("tests/")) {
        let is_of_service = source.path.contains("/store/migrations/m");
        let makes = |line: &String| has_any(line, &["MigrationTraitfor"]);
        let Some(first) = source.code.iter().position(makes) else { continue };
        found += 1;
        // Of a service it is a file of its own; in a shared crate what lives may stand above it.
        let begin = if is_of_service { 0 } else { first };
        for (index, line) in source.code.iter().enumerate().skip(begin) {
            let lives = ["Entity", "Column", "ActiveModel", "entities"].iter().any(|name| names(line, name));
            if lives || (is_of_service && names(line, "crate")) {
                findings.push(format!("{}:{}: {}", source.path, index + 1, line.trim()));
            }
        }
    }
    assert!(found > 10, "only {found} files of migrations were found: look at this test");
    assert_none("a migration has the names of tables and columns in itself", &findings);
}

#[test]
fn a_room_knows_only_the_rooms_below_it() {
    let workspace = workspace();
    let root = &workspace.workspace_root;
    let mut findings = Vec::new();
    for service in services(&workspace) {
        for source in sources(root, &format!("{service}/src")) {
            let inside = source.path.trim_start_matches(&format!("{service}/src/"));
            let room = inside.split('/').next().unwrap_or_default().trim_end_matches(".rs");
            let Some((_, below)) = ROOMS_BELOW.iter().find(|(name, _)| *name == room) else { continue };
            for known in source.rooms_named() {
                if !below.contains(&known.as_str()) {
                    findings.push(format!("{}: {room} knows {known}", source.path));
                }
            }
        }
    }
    assert_none("rooms know what lies below them, never who enters from outside", &findings);
}

#[test]
fn what_a_change_causes_is_written_with_it_by_the_one_who_commits() {
    let workspace = workspace();
    let root = &workspace.workspace_root;
    let mut findings = Vec::new();
    for service in services(&workspace) {
        let (mut transactions, mut committed) = (0, 0);
        for source in sources(root, &format!("{service}/src")) {
            let begins = source.lines_of_code(|line| {
                has_any(line, &["seamless_commit::commit(", "seamless_commit::commit_all("])
            });
            // Whoever cannot name it, cannot make one; and nobody else has the store write one.
            let commits =
                source.lines_of_code(|line| names(line, "Commit") || has_any(line, &["store.commit("]));
            match source.path == format!("{service}/src/store/commit.rs") {
                true => transactions += begins.len(),
                false => findings.extend(begins),
            }
            if source.path.starts_with(&format!("{service}/src/store/")) {
                continue;
            }
            match source.path == format!("{service}/src/commit.rs") {
                true => committed += commits.len(),
                false => findings.extend(commits),
            }
        }
        assert!(
            transactions == 1 && committed > 0,
            "{service}: {transactions} and {committed}: look at this test"
        );
    }
    let mut appended = 0;
    // The feed itself, and the programs in tests/, which measure it.
    let others =
        |source: &Source| !source.path.starts_with("shared/feed/") && !source.path.starts_with("tests/");
    for source in production().into_iter().filter(others) {
        let appends = source.lines_of_code(|line| has_any(line, &["log::append("]));
        match source.path == "shared/commit/src/write.rs" {
            true => appended += appends.len(),
            false => findings.extend(appends),
        }
    }
    assert_eq!(appended, 1, "events are appended nowhere: look at this test");
    assert_none("events are appended by the commit of the kit, and commit.rs alone commits", &findings);
}

#[test]
fn only_a_use_case_decides_what_changes() {
    let workspace = workspace();
    let (mut findings, mut used) = (Vec::new(), BTreeSet::new());
    for service in services(&workspace) {
        for source in sources(&workspace.workspace_root, &format!("{service}/src")) {
            let decides = source.lines_of_code(|line| names(line, "ChangeSet"));
            let inside = source.path.trim_start_matches(&format!("{service}/src/"));
            if inside.starts_with("domain/") || inside.starts_with("store/") {
                continue;
            }
            if inside == "commit.rs" {
                assert!(!decides.is_empty(), "{} knows no change set: look at this test", source.path);
                continue;
            }
            match MAY_STATE_FACTS.iter().find(|(file, _)| *file == source.path) {
                Some((file, _)) if !decides.is_empty() => {
                    used.insert(*file);
                }
                _ => findings.extend(decides),
            }
        }
    }
    for (file, reason) in MAY_STATE_FACTS.iter().filter(|(file, _)| !used.contains(file)) {
        findings.push(format!("{file}:1: the exception is needed no more ({reason})"));
    }
    assert_none("a use case decides, commit.rs makes it durable", &findings);
}
