//! The contracts are complete: explained throughout, and in step with the pages about errors.

use std::{collections::BTreeSet, fs};

use cargo_metadata::camino::Utf8PathBuf;
use prost_reflect::{DescriptorPool, EnumDescriptor, FileDescriptor, MessageDescriptor};

use crate::{assert_none, raw_call::contracts, source::workspace};

const REASONS: &str = "seamless.error.v1.ErrorReason";
const REASON_PREFIX: &str = "ERROR_REASON_";
fn our_files(pool: &DescriptorPool) -> Vec<FileDescriptor> {
    pool.files().filter(|file| file.package_name().starts_with("seamless.")).collect()
}

/// Ours as they are written: the compiler's own message for the entries of a map is none.
fn our_messages(pool: &DescriptorPool) -> Vec<MessageDescriptor> {
    let ours = pool.all_messages().filter(|message| message.full_name().starts_with("seamless."));
    ours.filter(|message| !message.is_map_entry()).collect()
}

fn our_enums(pool: &DescriptorPool) -> Vec<EnumDescriptor> {
    pool.all_enums().filter(|one| one.full_name().starts_with("seamless.")).collect()
}

/// The comment that stands above what has this path in a file.
fn comment(file: &FileDescriptor, path: &[i32]) -> Option<String> {
    let info = file.file_descriptor_proto().source_code_info.as_ref()?;
    let location = info.location.iter().find(|location| location.path == path)?;
    location.leading_comments.clone().filter(|text| !text.trim().is_empty())
}

fn enum_of(pool: &DescriptorPool, name: &str) -> EnumDescriptor {
    pool.get_enum_by_name(name).unwrap_or_else(|| panic!("the contract has no {name}"))
}

/// The reasons with the comment of each, without the one that is never sent.
fn reasons() -> Vec<(String, i32, String)> {
    let pool = contracts();
    let reasons = enum_of(&pool, REASONS);
    let sent = reasons.values().filter(|value| value.number() != 0);
    sent.map(|value| {
        let name = value.name().strip_prefix(REASON_PREFIX).unwrap().to_owned();
        (name, value.number(), comment(&reasons.parent_file(), value.path()).unwrap())
    })
    .collect()
}

fn pages_folder() -> Utf8PathBuf {
    workspace().workspace_root.join("proto/reasons")
}

#[test]
fn everything_in_the_contracts_is_explained() {
    let pool = contracts();
    let mut findings = Vec::new();
    let mut want = |file: &FileDescriptor, path: &[i32], name: &str| {
        if comment(file, path).is_none() {
            findings.push(format!("proto/{}: {name} has no comment", file.name()));
        }
    };
    for service in pool.services().filter(|service| service.full_name().starts_with("seamless.")) {
        want(&service.parent_file(), service.path(), service.full_name());
        service.methods().for_each(|method| want(&service.parent_file(), method.path(), method.full_name()));
    }
    for message in our_messages(&pool) {
        want(&message.parent_file(), message.path(), message.full_name());
        message.fields().for_each(|field| want(&message.parent_file(), field.path(), field.full_name()));
        message
            .oneofs()
            .filter(|oneof| !oneof.is_synthetic())
            .for_each(|oneof| want(&message.parent_file(), oneof.path(), oneof.full_name()));
    }
    for one in our_enums(&pool) {
        want(&one.parent_file(), one.path(), one.full_name());
        one.values().for_each(|value| want(&one.parent_file(), value.path(), value.full_name()));
    }
    assert_none("everything in the contracts has a comment", &findings);
    assert!(
        our_files(&pool).len() > 10,
        "only {} files were found: look at this test",
        our_files(&pool).len()
    );
}

#[test]
fn the_zero_of_every_enumeration_is_unspecified() {
    let pool = contracts();
    let mut findings = Vec::new();
    for one in our_enums(&pool) {
        let stem = screaming_snake(one.name());
        let zero = one.get_value(0).map(|value| value.name().to_owned()).unwrap_or_default();
        if zero != format!("{stem}_UNSPECIFIED") {
            findings.push(format!("{}: the zero of {} is {zero}", one.parent_file().name(), one.full_name()));
        }
        let odd = one.values().filter(|value| !value.name().starts_with(&format!("{stem}_")));
        findings.extend(
            odd.map(|value| format!("{}: {} lacks its prefix", one.parent_file().name(), value.full_name())),
        );
    }
    assert_none("enumerations begin with UNSPECIFIED and prefix their values", &findings);
}

/// `RiskType` as `RISK_TYPE`.
fn screaming_snake(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_uppercase());
    }
    snake
}

#[test]
fn audiences_have_one_meaning_in_contract_and_code() {
    let ours = seamless_disclosure::Audience::ALL.map(|audience| {
        (format!("AUDIENCE_{}", format!("{audience:?}").to_uppercase()), i32::from(audience))
    });
    let theirs = enum_of(&contracts(), "seamless.disclosure.v1.Audience");
    let theirs: Vec<(String, i32)> = theirs
        .values()
        .filter(|value| value.number() != 0)
        .map(|value| (value.name().to_owned(), value.number()))
        .collect();
    assert_eq!(ours.to_vec(), theirs);
}

#[test]
fn every_reason_of_an_error_has_its_page_and_every_page_its_reason() {
    let entries = pages_folder().read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned());
    let pages: BTreeSet<String> = entries.filter(|name| name != "README.md").collect();
    let wanted: BTreeSet<String> = reasons().iter().map(|(name, ..)| format!("{name}.md")).collect();
    let odd: Vec<String> =
        pages.symmetric_difference(&wanted).map(|page| format!("proto/reasons/{page}")).collect();
    assert_none("pages without a reason, or missing", &odd);
}

#[test]
fn the_page_of_a_reason_tells_code_cause_remedy_and_details() {
    let index = fs::read_to_string(pages_folder().join("README.md")).unwrap();
    let mut findings = Vec::new();
    for (name, number, comment) in reasons() {
        let page = fs::read_to_string(pages_folder().join(format!("{name}.md"))).unwrap();
        // The comment in the contract begins with the code: `INVALID_ARGUMENT. One or more …`.
        let code = comment.trim().split('.').next().unwrap_or_default();
        let lines = page.lines().count();
        for (holds, wanted) in [
            (page.starts_with(&format!("# {name}\n")), format!("the title `# {name}`")),
            (
                page.contains(&format!("Code `{code}`, number {number}.")),
                format!("`Code `{code}`, number {number}.`"),
            ),
            (page.contains("\n**When.** "), "when it comes".to_owned()),
            (page.contains("\n**What to do.** "), "what the caller should do".to_owned()),
            (page.contains(&format!("\"reason\": \"{name}\"")), "example details with the reason".to_owned()),
            (page.contains("\"domain\": \"seamless\""), "example details with the domain".to_owned()),
            ((8..=15).contains(&lines), format!("8 to 15 lines; it has {lines}")),
            (index.contains(&format!("[{name}]({name}.md)")), "a line in README.md".to_owned()),
        ] {
            if !holds {
                findings.push(format!("proto/reasons/{name}.md:1: wants {wanted}"));
            }
        }
    }
    assert_none("pages of reasons", &findings);
}
