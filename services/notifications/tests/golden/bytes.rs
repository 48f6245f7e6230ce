//! What is looked up by in stored rows, and what clients bring back: whoever makes it today must find what was made before.

use seamless_notifications::{
    contract::{content_sha256, etag_out, hex_out, notification_out},
    domain::{
        model::{Notification, listing_id},
        operators::company_keys,
    },
};
use seamless_testkit::golden_lines;

use crate::folder;

#[test]
fn the_ids_of_listings_never_change() {
    let urls = ["https://Shop.example/Item?id=1#top", "HTTPS://shop.EXAMPLE", "水壶.example/a b", ""];
    let ids: Vec<String> = urls.iter().map(|url| format!("{url} {}", listing_id(url))).collect();
    golden_lines(folder("bytes/listing_ids.txt"), &ids);
}

#[test]
fn the_keys_of_makers_never_change() {
    let mut alert: Notification = include_str!("documents/notification.jsonl")
        .lines()
        .find_map(|line| serde_json::from_str(line).ok().filter(has_operators))
        .unwrap();
    let operator = &mut alert.content.traceability.operators[0];
    let names =
        ["Ningbo Example Appliances Co., Ltd.", "宁波示例电器有限公司", "Müller & Söhne GmbH", "ACME"];
    let keys: Vec<String> = names
        .iter()
        .flat_map(|name| {
            operator.operator_name = (*name).to_owned();
            company_keys(operator)
        })
        .collect();
    golden_lines(folder("bytes/company_keys.txt"), &keys);
}

fn has_operators(alert: &Notification) -> bool {
    !alert.content.traceability.operators.is_empty()
}

/// Ledgers and receipts hold these digests for good; whoever keeps the content computes them from the contract.
#[test]
fn the_digest_of_a_content_never_changes() {
    let digests: Vec<String> = include_str!("documents/notification.jsonl")
        .lines()
        .map(|line| notification_out(&serde_json::from_str(line).unwrap()))
        .map(|notification| hex_out(&content_sha256(notification)))
        .collect();
    golden_lines(folder("bytes/content_sha256.txt"), &digests);
}

#[test]
fn the_etag_of_a_revision_never_changes() {
    assert_eq!([0, 1, 12].map(etag_out), ["\"0\"", "\"1\"", "\"12\""]);
}
