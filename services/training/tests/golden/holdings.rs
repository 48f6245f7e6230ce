//! Each table, and each kind of record, is declared to hold something of a person, or stands here as one that holds nothing: whoever adds
//! one has to say which.

use std::{collections::BTreeSet, fs};

use seamless_training::domain::personal_data::HOLDINGS;

/// Tables without anything of a person: of the kit, of what other services tell, and what is due.
const TABLES: [&str; 16] = [
    "alert",
    "alert_feed",
    "alert_rebuilt",
    "feed_acknowledgement",
    "feed_acknowledgement_log",
    "feed_checkpoint",
    "feed_entitlement",
    "feed_epoch",
    "feed_event",
    "feed_head",
    "feed_rebuild",
    "mail_due",
    "partner_report",
    "partner_report_rebuilt",
    "sandbox_clock",
    "storage_proof",
];
/// Kinds of records without anything of a person.
const KINDS: [&str; 8] = [
    "booking-turn",
    "certificate-book",
    "contribution",
    "downloads",
    "feedback-totals",
    "material",
    "obligation",
    "seats",
];

#[test]
fn whatever_is_stored_is_declared_to_hold_something_of_a_person_or_nothing() {
    let schema = fs::read_to_string(format!("{}/schema.sql", crate::folder("sqlite"))).unwrap();
    let created =
        schema.lines().filter_map(|line| line.trim().strip_prefix("CREATE TABLE \"")?.split('"').next());
    let tables: BTreeSet<&str> = created.filter(|table| *table != "seaql_migrations").collect();
    assert!(tables.len() > 10, "{tables:?}");
    let declared = HOLDINGS.iter().map(|one| one.place.split(['.', ' ']).next().unwrap_or_default());
    let declared: BTreeSet<&str> = declared.filter(|place| tables.contains(place)).collect();
    let nothing: BTreeSet<&str> = TABLES.into();
    assert_eq!(declared.union(&nothing).copied().collect::<BTreeSet<_>>(), tables);
    assert_eq!(declared.intersection(&nothing).count(), 0);

    let files = fs::read_dir(crate::folder("documents")).unwrap();
    let names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let kinds: BTreeSet<&str> = names.iter().filter_map(|name| name.strip_suffix(".jsonl")).collect();
    let records: BTreeSet<&str> = kinds.difference(&tables).copied().collect();
    let places: Vec<&str> = HOLDINGS.iter().map(|one| one.place).collect();
    let is_declared = |kind: &&&str| places.iter().any(|place| place.contains(&format!("record ({kind})")));
    let declared: BTreeSet<&str> = records.iter().filter(is_declared).copied().collect();
    let nothing: BTreeSet<&str> = KINDS.into();
    assert_eq!(declared.union(&nothing).copied().collect::<BTreeSet<_>>(), records);
    assert_eq!(declared.intersection(&nothing).count(), 0);
}
