//! What the READMEs of the services say of contract and rooms. Tables that follow from the contract are written with
//! `UPDATE_README=1`.

use std::{fmt::Write, fs};

use seamless_proto::access::{Rpc, rpcs_of};

use crate::{assert_none, service_rooms::SERVICE_MODULES, source::workspace};

/// The header of the table of RPCs; it ends with the first line that is no row.
const HEADER: &str = "| service | methods | scope |\n|---|---|---|\n";

/// The rows for these packages: services in the order of their names, the scopes of each in the order of its methods. A
/// service of another package than the first has its full name.
fn rows(packages: &[&str]) -> String {
    let mut rows = String::new();
    for package in packages {
        let rpcs: Vec<&Rpc> = rpcs_of(&[package]).collect();
        for of_service in rpcs.chunk_by(|one, other| one.service == other.service) {
            let mut scopes: Vec<&str> = Vec::new();
            for rpc in of_service {
                if !scopes.contains(&rpc.scope) {
                    scopes.push(rpc.scope);
                }
            }
            for (place, scope) in scopes.iter().enumerate() {
                let service = match (place, *package == packages[0]) {
                    (0, true) => format!("`{}` ", of_service[0].service),
                    (0, false) => format!("`{package}.{}` ", of_service[0].service),
                    _ => String::new(),
                };
                let methods =
                    of_service.iter().filter(|rpc| rpc.scope == *scope).map(|rpc| match rpc.is_stream {
                        true => format!("{} (stream)", rpc.method),
                        false => rpc.method.to_owned(),
                    });
                let methods = methods.collect::<Vec<_>>().join(", ");
                let scope =
                    if scope.is_empty() { "open to everybody".to_owned() } else { format!("`{scope}`") };
                writeln!(rows, "| {service}| {methods} | {scope} |").unwrap();
            }
        }
    }
    rows
}

/// Asks, or writes, the table of one README.
#[allow(clippy::disallowed_methods, reason = "tests have no main.rs that could read it for them")]
fn the_table_is_that_of_the_contract(service: &str, packages: &[&str]) {
    let path = workspace().workspace_root.join(service).join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, table) = text.split_once(HEADER).unwrap_or_else(|| panic!("{path} has no table of RPCs"));
    let length = table.split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum();
    let (found, after) = table.split_at(length);
    let wanted = rows(packages);
    #[allow(clippy::disallowed_methods, reason = "a test is told by the environment whether it writes")]
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{before}{HEADER}{wanted}{after}")).unwrap();
        return;
    }
    let first = before.lines().count() + HEADER.lines().count() + 1;
    for (place, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(found, wanted, "{service}/README.md:{}: the line (left) and the contract", first + place);
    }
    assert_eq!(found, wanted, "{service}/README.md: the rows and those of the contract");
}

#[test]
fn the_readme_of_notifications_has_the_rpcs_of_its_contract() {
    let packages = seamless_notifications::api::authorization::PACKAGES;
    the_table_is_that_of_the_contract("services/notifications", &packages);
}

#[test]
fn the_readme_of_consignments_has_the_rpcs_of_its_contract() {
    let packages = seamless_consignments::api::authorization::PACKAGES;
    the_table_is_that_of_the_contract("services/consignments", &packages);
}

#[test]
fn the_readme_of_reporting_has_the_rpcs_of_its_contract() {
    let packages = seamless_reporting::api::authorization::PACKAGES;
    the_table_is_that_of_the_contract("services/reporting", &packages);
}

#[test]
fn the_readme_of_training_has_the_rpcs_of_its_contract() {
    let packages = seamless_training::api::authorization::PACKAGES;
    the_table_is_that_of_the_contract("services/training", &packages);
}

#[test]
fn the_readme_of_each_service_names_its_events() {
    let root = workspace().workspace_root;
    for service in ["consignments", "notifications", "reporting", "training"] {
        let text = fs::read_to_string(root.join(format!("services/{service}/README.md"))).unwrap();
        let events = root.join(format!("services/{service}/tests/golden/events")).read_dir_utf8().unwrap();
        let events: Vec<String> =
            events.map(|file| file.unwrap().path().file_stem().unwrap().to_owned()).collect();
        assert!(events.len() >= 3, "too few events were found: look at this test");
        let (_, section) = text.split_once("\n## Events\n").unwrap();
        let section = section.split("\n## ").next().unwrap();
        let (mut named, mut resource) = (Vec::new(), "");
        for word in section.split('`').skip(1).step_by(2) {
            // Of those on one resource, all but the first are written short: `…Updated`.
            match (word.strip_prefix('…'), word.rfind(char::is_uppercase)) {
                (Some(verb), _) => named.push(format!("{resource}{verb}")),
                (None, last) => {
                    resource = &word[..last.unwrap_or_default()];
                    named.push(word.to_owned());
                }
            }
        }
        let missing: Vec<String> = events.into_iter().filter(|event| !named.contains(event)).collect();
        assert_none(&format!("services/{service}/README.md names each event"), &missing);
    }
}

#[test]
fn how_a_service_is_built_names_the_rooms_that_it_has() {
    let text = fs::read_to_string(workspace().workspace_root.join("services/README.md")).unwrap();
    let (_, built) = text.split_once("## How a service is built").unwrap();
    let rows: String = built
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .collect();
    let missing: Vec<&str> = SERVICE_MODULES
        .into_iter()
        .filter(|room| !rows.contains(&format!("`{room}/`")) && !rows.contains(&format!("`{room}.rs`")))
        .collect();
    assert!(missing.is_empty(), "services/README.md has no row for {missing:?}");
}
