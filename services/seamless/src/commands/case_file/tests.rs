//! A file of a case, and everything that may be done to it.

use seamless_notifications::domain::model::EntryDigest;
use seamless_proto::seamless::{
    feed::v1::Event,
    notifications::v1::{EvidenceKind, Product, Risk, RiskType},
    r#type::v1::{LanguageVersion, LocalizedText},
};
use seamless_receipts::{ReceiptClaims, ReceiptSettings, Signer, generate};

use super::*;

const CASE: &str = "notifications/0198c2d4-0000-7000-8000-000000000001";
const SECONDS: i64 = 1_770_000_000;

/// A file with everything that is checked, as lines, and the keys.
struct Case {
    lines: Vec<String>,
    keys: String,
}

impl Case {
    fn text(&self) -> String {
        written(&self.lines)
    }
}

fn written<T: AsRef<str>>(lines: &[T]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_ref())).collect()
}

fn time() -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: SECONDS, nanos: 120_000_000 })
}

fn claims(sub: &str, jti: &str, kind: &str, content: [u8; 32]) -> ReceiptClaims {
    ReceiptClaims {
        iss: RECEIPT_ISSUER.to_owned(),
        iat: SECONDS,
        sub: sub.to_owned(),
        jti: jti.to_owned(),
        kind: kind.to_owned(),
        authority: "cn-gacc".to_owned(),
        principal: None,
        recorded: SECONDS * 1_000_000 + 120_000,
        content_sha256: content,
        version: 2,
        previous: None,
    }
}

fn entry(
    signer: &Signer,
    number: i32,
    kind: EvidenceKind,
    previous: Option<[u8; 32]>,
) -> (wire::EvidenceEntry, [u8; 32]) {
    let transmission = format!("{CASE}/transmissions/cn-gacc");
    let name = format!("{transmission}/evidence/{number}");
    let principal_sha256: [u8; 32] =
        Sha256::new_with_prefix([7; 16]).chain_update("officer@cn-gacc").finalize().into();
    let digest = EntryDigest {
        previous,
        name: &name,
        kind: kind.into(),
        time_us: SECONDS * 1_000_000 + 120_000,
        authority: "cn-gacc",
        principal_sha256,
        version: 2,
        content_sha256: [9; 32],
        unreadable_reason: 0,
        note: "",
        step: 0,
        status: 0,
    }
    .compute();
    let entry_sha256 = hex::encode(digest);
    let receipt = signer.sign(&claims(&name, &entry_sha256, "opened", [9; 32])).unwrap();
    let entry = wire::EvidenceEntry {
        name,
        transmission,
        number,
        kind: kind.into(),
        event_time: time(),
        authority: "cn-gacc".to_owned(),
        principal: "officer@cn-gacc".to_owned(),
        principal_salt: hex::encode([7; 16]),
        principal_sha256: hex::encode(principal_sha256),
        version: 2,
        content_sha256: hex::encode([9; 32]),
        previous_sha256: previous.map(hex::encode).unwrap_or_default(),
        entry_sha256,
        // The last is not signed yet.
        receipt: if number == 3 { String::new() } else { receipt },
        ..Default::default()
    };
    (entry, digest)
}

fn product(name: &str) -> Option<Product> {
    let versions =
        vec![LanguageVersion { language_code: "en".to_owned(), text: name.to_owned(), ..Default::default() }];
    Some(Product { product_name: Some(LocalizedText { versions }), ..Default::default() })
}

fn event(position: i64, previous_position: i64) -> Item {
    let acknowledged = wire::TransmissionAcknowledged::default();
    let data = prost_types::Any::from_msg(&acknowledged).unwrap();
    let event = Event { position, previous_position, data: Some(data), ..Default::default() };
    Item::Event(wire::ExportedEvent { event: Some(event), chain_sha256: hex::encode([5; 32]) })
}

fn case() -> Case {
    case_of(EventStatus::Actual)
}

fn case_of(status: EventStatus) -> Case {
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path()).unwrap();
    let signer = Signer::new(&ReceiptSettings { keys: folder.path().to_owned() });
    let (sent, first) = entry(&signer, 1, EvidenceKind::Sent, None);
    let (opened, second) = entry(&signer, 2, EvidenceKind::Opened, Some(first));
    let (acknowledged, _) = entry(&signer, 3, EvidenceKind::Acknowledged, Some(second));
    let risk = Risk { types: vec![RiskType::Choking.into(), RiskType::Burns.into()], ..Default::default() };
    let items = vec![
        Item::Head(wire::ExportHead {
            notification: CASE.to_owned(),
            exporting_authority: "cn-gacc".to_owned(),
            export_time: time(),
            feed_position: 12,
            status: status.into(),
            ..Default::default()
        }),
        Item::Notification(wire::Notification {
            name: CASE.to_owned(),
            version: 2,
            product: product("Kettle “水壶”"),
            risk: Some(risk),
            ..Default::default()
        }),
        Item::Transmission(wire::Transmission { name: sent.transmission.clone(), ..Default::default() }),
        Item::Evidence(sent),
        Item::Evidence(opened),
        Item::Evidence(acknowledged),
        Item::Clock(wire::Clock { name: format!("{CASE}/clocks/1"), ..Default::default() }),
        event(3, 0),
        event(12, 3),
        Item::Keys(wire::GetReceiptKeysResponse { jwks: signer.jwks().unwrap() }),
    ];
    let mut items: Vec<_> = items.into_iter().zip(1..).map(|(item, number)| sealed(item, number)).collect();
    let digest = digest(&items);
    let sha256 = hex::encode(digest);
    let receipt = signer.sign(&claims(CASE, &sha256, "exported", digest)).unwrap();
    let item_count = items.len() as i64;
    let manifest = wire::ExportManifest { item_count, sha256, receipt };
    items.push(sealed(Item::Manifest(manifest), item_count + 1));
    let lines = items.iter().map(|item| output::json_text(item).unwrap()).collect();
    Case { lines, keys: signer.jwks().unwrap() }
}

fn sealed(item: Item, number: i64) -> wire::ExportEvidenceResponse {
    let mut item = wire::ExportEvidenceResponse { item: Some(item), number, ..Default::default() };
    item.item_sha256 = hex::encode(Sha256::digest(item.encode_to_vec()));
    item
}

fn digest(items: &[wire::ExportEvidenceResponse]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for item in items {
        let bytes = item.encode_to_vec();
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

#[test]
fn a_file_as_it_was_exported_is_good() {
    let case = case();
    let checked = check(&case.text(), &case.keys);
    assert!(checked.wrong.is_empty(), "{:?}", checked.wrong);
    let kinds: Vec<_> = checked.good.iter().map(|receipt| receipt.claims.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "opened", "exported"]);
}

#[test]
fn a_file_says_whether_the_case_is_meant_and_is_good_where_it_is_of_before_and_does_not() {
    for status in [EventStatus::Unspecified, EventStatus::Exercise, EventStatus::Test] {
        let case = case_of(status);
        let checked = check(&case.text(), &case.keys);
        assert!(checked.wrong.is_empty(), "{status:?}: {:?}", checked.wrong);
        assert_eq!(checked.status, status);
        let said = case.lines[0].contains("status");
        assert_eq!(said, status != EventStatus::Unspecified, "{}", case.lines[0]);
    }
}

#[test]
fn every_changed_byte_is_found_and_its_line_is_named() {
    let case = case();
    let text = case.text();
    let mut line = 1;
    for place in 0..text.len() {
        // Also the case of letters, in some places.
        for bit in [0x01, 0x20].into_iter().take(1 + usize::from(place % 7 == 0)) {
            let mut octets = text.as_bytes().to_vec();
            octets[place] ^= bit;
            let changed = String::from_utf8_lossy(&octets);
            assert!(is_case_file(&changed));
            let wrong = check(&changed, &case.keys).wrong;
            let is_last = place + 1 == text.len();
            let named = if is_last { "the end:".to_owned() } else { format!("line {line}:") };
            assert!(wrong.iter().any(|what| what.starts_with(&named)), "byte {place}: {wrong:?}");
        }
        line += usize::from(text.as_bytes()[place] == b'\n');
    }
}

#[test]
fn what_is_missing_doubled_or_elsewhere_is_named() {
    let case = case();
    let last = case.lines.len() - 1;
    let wrong = |lines: &[&String]| check(&written(lines), &case.keys).wrong.join("; ");
    for place in 0..=last {
        let mut lines: Vec<&String> = case.lines.iter().collect();
        lines.remove(place);
        let said = wrong(&lines);
        let named = if place == last {
            "there is no manifest".to_owned()
        } else {
            format!("item {} is missing", place + 1)
        };
        assert!(said.contains(&named), "{place}: {said}");
        lines.insert(place, &case.lines[place]);
        lines.insert(place, &case.lines[place]);
        let said = wrong(&lines);
        assert!(
            said.contains(&format!("is item {}, and stands where {} belongs", place + 1, place + 2)),
            "{said}"
        );
        if place < last {
            let mut lines: Vec<&String> = case.lines.iter().collect();
            lines.swap(place, place + 1);
            let said = wrong(&lines);
            assert!(said.contains(&format!("is item {}, and stands where", place + 1)), "{said}");
        }
    }
    let without_entry: Vec<&String> =
        case.lines.iter().filter(|line| !line.contains("/evidence/2\"")).collect();
    assert!(wrong(&without_entry).contains("evidence/3 does not follow entry 1 of its ledger"));
    let without_event: Vec<&String> =
        case.lines.iter().filter(|line| !line.contains("\"position\":\"3\"")).collect();
    assert!(wrong(&without_event).contains("the event at position 12 follows 3, and stands behind 0"));
}

/// Whoever makes digests anew, as the contract describes them, has no key.
#[test]
fn what_was_made_anew_is_not_what_was_signed() {
    let case = case();
    let read = |line: &String| output::from_json(&serde_json::from_str(line).unwrap()).unwrap();
    let mut items: Vec<wire::ExportEvidenceResponse> = case.lines.iter().map(read).collect();
    if let Some(Item::Notification(notification)) = &mut items[1].item {
        notification.product = product("Toaster");
    }
    let forge = |items: &[wire::ExportEvidenceResponse]| -> Vec<String> {
        let lines: Vec<String> = items.iter().map(|item| output::json_text(item).unwrap()).collect();
        check(&written(&lines), &case.keys).wrong
    };
    items[1] = sealed(items[1].item.clone().unwrap(), 2);
    assert_eq!(forge(&items), ["line 11: the items are not those over which the manifest was made"]);
    let digest = hex::encode(digest(&items[..10]));
    let Some(Item::Manifest(manifest)) = items[10].item.clone() else { panic!("the manifest is last") };
    let own = wire::ExportManifest { sha256: digest.clone(), ..manifest.clone() };
    items[10] = sealed(Item::Manifest(own), 11);
    assert_eq!(forge(&items), ["line 11: the manifest: it has another digest than its receipt"]);
    let unsigned = wire::ExportManifest { sha256: digest, receipt: String::new(), ..manifest };
    items[10] = sealed(Item::Manifest(unsigned), 11);
    assert!(forge(&items)[0].contains("anybody can have made the file"));
    let others = self::case().keys;
    assert!(check(&case.text(), &others).wrong.iter().any(|what| what.contains("not in the key set")));
}
