//! The digest of a ledger's entries, which whoever keeps them computes from the contract's description.

use jiff::Timestamp;
use seamless_notifications::domain::model::{
    EventStatus, Evidence, EvidenceDetail, EvidenceEntry, EvidenceKind, UnreadableReason,
};

/// Computed by another implementation of the contract's description: ledgers that are kept must stay provable.
#[test]
fn the_digest_of_an_entry_never_changes() {
    let mut evidence = Evidence {
        notification: "0199a3c4-0000-7000-8000-000000000001".parse().unwrap(),
        recipient: "cn-gacc".parse().unwrap(),
        kind: EvidenceKind::Unreadable,
        time: Timestamp::from_microsecond(1_764_000_000_000_005).unwrap(),
        authority: "cn-gacc".parse().unwrap(),
        principal: "operator@cn-gacc".to_owned(),
        principal_salt: [7; 16],
        version: 1,
        content_sha256: [9; 32],
        detail: EvidenceDetail {
            unreadable: Some(UnreadableReason::MissingAttachment),
            note: "图片缺失".to_owned(),
            step: 0,
        },
        status: EventStatus::Actual,
    };
    let first = EvidenceEntry::after(None, evidence.clone());
    let hex = |digest: &[u8]| -> String { digest.iter().map(|byte| format!("{byte:02x}")).collect() };
    assert_eq!(hex(&first.sha256), "a0df34d2fd3ddd1c27e6d9777fd598d89b82079e1f2fc3df1328a4b363413b4d");
    evidence.kind = EvidenceKind::Acted;
    evidence.time = Timestamp::from_microsecond(-5).unwrap();
    evidence.version = 2;
    evidence.content_sha256 = [8; 32];
    evidence.detail = EvidenceDetail { step: 4, ..EvidenceDetail::default() };
    evidence.status = EventStatus::Test;
    let second = EvidenceEntry::after(Some(&first), evidence);
    assert_eq!(hex(&second.sha256), "ef1418746b4f8851986b02a2c2aa17939b293d048cad160e8cd1af6232e3e856");
}
