//! The proof that an alert was received, read and acted on.

use std::{fs, time::Duration};

use prost::Message;
use seamless_proto::seamless::{
    feed::v1::AcknowledgePositionRequest,
    notifications::v1::{self as wire, EvidenceKind, UnreadableReason},
};
use seamless_receipts::verify;
use seamless_testkit::eventually;
use sha2::{Digest, Sha256};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{kettle, kinds, request_id},
};

const PATIENCE: Duration = Duration::from_secs(20);

pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Partner {
    pub async fn ledger(&mut self, transmission: &str) -> Result<Vec<wire::EvidenceEntry>, tonic::Status> {
        let mut request = wire::ListEvidenceRequest {
            parent: transmission.to_owned(),
            page_size: 3,
            ..wire::ListEvidenceRequest::default()
        };
        let mut entries = Vec::new();
        loop {
            let page = self.evidence.list_evidence(request.clone()).await?.into_inner();
            entries.extend(page.evidence);
            if page.next_page_token.is_empty() {
                return Ok(entries);
            }
            request.page_token = page.next_page_token;
        }
    }

    /// The ledger once it has so many entries, each with its receipt.
    pub async fn signed_ledger(&mut self, transmission: &str, count: usize) -> Vec<wire::EvidenceEntry> {
        eventually("every entry has its receipt", PATIENCE, async || {
            let ledger = self.ledger(transmission).await.unwrap();
            let is_signed = ledger.iter().all(|entry| !entry.receipt.is_empty());
            let kinds: Vec<_> = ledger.iter().map(|entry| entry.kind()).collect();
            if ledger.len() == count && is_signed {
                Ok(ledger)
            } else {
                Err(format!("{is_signed} {kinds:?}"))
            }
        })
        .await
    }

    pub async fn acknowledge_all(&mut self) {
        let position = self.events().await.last().unwrap().position;
        self.feed
            .acknowledge_position(AcknowledgePositionRequest {
                position,
                ..AcknowledgePositionRequest::default()
            })
            .await
            .unwrap();
    }

    pub async fn report_as_unreadable(
        &mut self,
        transmission: &str,
        version: i32,
        reason: UnreadableReason,
        note: &str,
    ) -> Result<wire::EvidenceEntry, tonic::Status> {
        let request = wire::ReportUnreadableRequest {
            transmission: transmission.to_owned(),
            version,
            reason: reason.into(),
            note: note.to_owned(),
            request_id: request_id(),
            validate_only: false,
        };
        self.evidence.report_unreadable(request).await.map(tonic::Response::into_inner)
    }

    pub async fn keys(&mut self) -> Result<String, tonic::Status> {
        let keys = self.evidence.get_receipt_keys(wire::GetReceiptKeysRequest {}).await;
        keys.map(|keys| keys.into_inner().jwks)
    }
}

/// What a partner computes from the notification that it received, by the description in the contract.
pub fn content_of(received: &wire::Notification) -> String {
    let content = wire::Notification {
        update_time: None,
        etag: String::new(),
        state: 0,
        withdraw_reason: String::new(),
        ..received.clone()
    };
    hex(Sha256::digest(content.encode_to_vec()))
}

/// The kettle on its way to GACC, and the name of its transmission.
pub async fn sent(running: &Running) -> (String, String) {
    let name = running.partner("nl-nvwa").create(kettle()).await.name;
    running.partner("nl-nvwa").submit_as_different(&name).await;
    running.partner("eu-just").accept(&name).await.unwrap();
    let transmission = format!("{name}/transmissions/cn-gacc");
    (name, transmission)
}

pub fn kinds_of(ledger: &[wire::EvidenceEntry]) -> Vec<EvidenceKind> {
    ledger.iter().map(wire::EvidenceEntry::kind).collect()
}

/// GACC's investigation: the manufacturer is not traced, and two measures are adopted all the same.
pub async fn acted(gacc: &mut Partner, transmission: &str) {
    let name = format!("{transmission}/followUp");
    let start = wire::StartFollowUpRequest {
        transmission: transmission.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.start_follow_up(start).await.unwrap();
    let tracing = wire::RecordTracingRequest {
        name: name.clone(),
        result: wire::TracingResult::NotTraced.into(),
        not_traced_reason: wire::NotTracedReason::CompanyClosed.into(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.record_tracing(tracing).await.unwrap();
    for action in [wire::MeasureAction::ExportBan, wire::MeasureAction::Seizure] {
        let measure = wire::AdoptMeasureRequest {
            name: name.clone(),
            measure: Some(wire::Measure { action: action.into(), ..Default::default() }),
            request_id: request_id(),
            ..Default::default()
        };
        gacc.follow_ups.adopt_measure(measure).await.unwrap();
    }
}

pub async fn whole_ledger(running: Running) {
    use EvidenceKind::{Acknowledged, Acted, Delivered, Opened, Sent};
    let [mut nvwa, mut just, mut gacc, mut canada] =
        ["nl-nvwa", "eu-just", "cn-gacc", "ca-hc"].map(|authority| running.partner(authority));
    let (name, transmission) = sent(&running).await;
    assert_eq!(kinds_of(&gacc.ledger(&transmission).await.unwrap()), [Sent]);
    gacc.acknowledge_all().await;
    gacc.signed_ledger(&transmission, 2).await;
    let received = gacc.get(&name).await;
    gacc.get(&name).await;
    just.get(&name).await;
    gacc.acknowledge(&transmission).await.unwrap();
    acted(&mut gacc, &transmission).await;
    let of_gacc = gacc.signed_ledger(&transmission, 7).await;
    assert_eq!(kinds_of(&of_gacc), [Sent, Delivered, Opened, Acknowledged, Acted, Acted, Acted]);
    assert_eq!(of_gacc.iter().map(|entry| entry.step).collect::<Vec<_>>(), [0, 0, 0, 0, 2, 3, 4]);

    // What GACC received is what the service says it sent, and each receipt says so, offline.
    let keys = gacc.keys().await.unwrap();
    let mut previous = String::new();
    for (entry, number) in of_gacc.iter().zip(1..) {
        assert_eq!((entry.number, entry.version, &entry.previous_sha256), (number, 1, &previous));
        assert_eq!(entry.name, format!("{transmission}/evidence/{number}"));
        assert_eq!(entry.content_sha256, content_of(&received));
        let said = verify(&entry.receipt, &keys).unwrap().claims;
        assert_eq!((said.sub, said.jti, said.version), (entry.name.clone(), entry.entry_sha256.clone(), 1));
        assert_eq!(
            (hex(said.content_sha256), said.authority),
            (entry.content_sha256.clone(), entry.authority.clone())
        );
        assert_eq!(said.previous.map(hex).unwrap_or_default(), previous);
        assert_eq!((said.iss.as_str(), said.principal), ("seamless.notifications", None));
        previous.clone_from(&entry.entry_sha256);
        let changed: String = entry.receipt.replacen(&entry.receipt[60..61], "~", 1);
        assert!(verify(&changed, &keys).is_err(), "a changed byte is refused");
        let request = wire::GetEvidenceRequest { name: entry.name.clone() };
        assert_eq!(gacc.evidence.get_evidence(request).await.unwrap().into_inner(), *entry);
    }

    // Each side sees all of it, and of the principals its own; the other's digest it can be shown to match later.
    let of_nvwa = nvwa.ledger(&transmission).await.unwrap();
    let of_just = just.ledger(&transmission).await.unwrap();
    let principals = |ledger: &[wire::EvidenceEntry]| -> Vec<String> {
        ledger.iter().map(|entry| entry.principal.clone()).collect()
    };
    let of_recipient = ["tester@cn-gacc"; 6];
    assert_eq!(principals(&of_gacc), [[""].as_slice(), &of_recipient].concat());
    assert_eq!(principals(&of_just), [["tester@eu-just"].as_slice(), &[""; 6]].concat());
    assert_eq!(principals(&of_nvwa), [""; 7]);
    for (own, other) in of_gacc.iter().zip(&of_nvwa) {
        let without =
            wire::EvidenceEntry { principal: String::new(), principal_salt: String::new(), ..own.clone() };
        assert_eq!(without, *other);
        assert_eq!(own.principal_salt.is_empty(), own.kind() == Sent);
    }
    let salt: Vec<u8> = (0..16)
        .map(|at| u8::from_str_radix(&of_gacc[1].principal_salt[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let bound = Sha256::new().chain_update(salt).chain_update("tester@cn-gacc").finalize();
    assert_eq!(of_nvwa[1].principal_sha256, hex(bound));

    // A new version is sent, delivered and opened anew, with another content.
    let changed = wire::UpdateNotificationRequest {
        notification: Some(wire::Notification {
            name: name.clone(),
            product: Some(wire::Product { brand: "Boilbetter".to_owned(), ..Default::default() }),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["product.brand".to_owned()] }),
        request_id: request_id(),
        validate_only: false,
    };
    nvwa.notifications.update_notification(changed).await.unwrap();
    let second = gacc.get(&name).await;
    gacc.acknowledge_all().await;
    let ledger = gacc.signed_ledger(&transmission, 10).await;
    assert_eq!(ledger[..7], of_gacc, "what was entered stays as it is");
    assert_eq!(kinds_of(&ledger[7..]), [Sent, Opened, Delivered]);
    for entry in &ledger[7..] {
        assert_eq!((entry.version, &entry.content_sha256), (2, &content_of(&second)));
    }
    assert_ne!(content_of(&second), content_of(&received));

    // Both sides are told of delivery and opening, GACC with who did it. Strangers learn nothing.
    let recorded = |events: &[_]| kinds(events).iter().filter(|kind| **kind == "EvidenceRecorded").count();
    assert_eq!((recorded(&nvwa.events().await), recorded(&gacc.events().await)), (4, 4));
    for told in gacc.events().await.iter().filter(|event| event.r#type.ends_with(".EvidenceRecorded")) {
        assert!(hex(told.encode_to_vec()).contains(&hex("tester@cn-gacc")), "it knows its own people");
    }
    for told in nvwa.events().await {
        assert!(!hex(told.encode_to_vec()).contains(&hex("tester@")), "an event names a principal: {told:?}");
    }
    assert_eq!(canada.ledger(&transmission).await.unwrap_err().code(), Code::PermissionDenied);
    let entry = wire::GetEvidenceRequest { name: ledger[0].name.clone() };
    assert_eq!(canada.evidence.get_evidence(entry).await.unwrap_err().code(), Code::PermissionDenied);
    let beyond = wire::GetEvidenceRequest { name: format!("{transmission}/evidence/11") };
    assert_eq!(gacc.evidence.get_evidence(beyond).await.unwrap_err().code(), Code::PermissionDenied);
    running.stop().await;
}

pub async fn unreadable(running: Running) {
    use EvidenceKind::{Acknowledged, Sent, Unreadable};
    let (mut nvwa, mut gacc) = (running.partner("nl-nvwa"), running.partner("cn-gacc"));
    let (name, transmission) = sent(&running).await;
    let wrong = gacc.report_as_unreadable(&transmission, 0, UnreadableReason::Other, " ").await.unwrap_err();
    let wrong = wrong.get_details_bad_request().unwrap();
    let fields: Vec<_> = wrong.field_violations.iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["version", "note"]);
    let unsaid =
        gacc.report_as_unreadable(&transmission, 1, UnreadableReason::Unspecified, "").await.unwrap_err();
    assert_eq!(unsaid.get_details_bad_request().unwrap().field_violations[0].field, "reason");
    let unsent =
        gacc.report_as_unreadable(&transmission, 2, UnreadableReason::Translation, "").await.unwrap_err();
    assert_eq!(unsent.get_details_bad_request().unwrap().field_violations[0].field, "version");
    for stranger in ["nl-nvwa", "us-cpsc"] {
        let refused = running
            .partner(stranger)
            .report_as_unreadable(&transmission, 1, UnreadableReason::Translation, "")
            .await;
        assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    }
    let only_checked = wire::ReportUnreadableRequest {
        transmission: transmission.clone(),
        version: 1,
        reason: UnreadableReason::WrongSchema.into(),
        request_id: request_id(),
        validate_only: true,
        ..Default::default()
    };
    let checked = gacc.evidence.report_unreadable(only_checked).await.unwrap().into_inner();
    assert_eq!((checked.number, checked.kind()), (2, Unreadable));
    assert_eq!(gacc.ledger(&transmission).await.unwrap().len(), 1);

    let note = "the picture cannot be fetched";
    let reported =
        gacc.report_as_unreadable(&transmission, 1, UnreadableReason::MissingAttachment, note).await.unwrap();
    let again =
        gacc.report_as_unreadable(&transmission, 1, UnreadableReason::MissingAttachment, "").await.unwrap();
    assert_eq!((again.number, again.note.as_str()), (reported.number, note));
    gacc.report_as_unreadable(&transmission, 1, UnreadableReason::Translation, "").await.unwrap();
    let seen = nvwa.signed_ledger(&transmission, 3).await;
    assert_eq!(kinds_of(&seen), [Sent, Unreadable, Unreadable]);
    assert_eq!(
        (seen[1].unreadable_reason(), seen[1].note.as_str()),
        (UnreadableReason::MissingAttachment, note)
    );
    assert_eq!(kinds(&nvwa.events().await).iter().filter(|kind| **kind == "EvidenceRecorded").count(), 2);
    assert_eq!(
        kinds(&gacc.events().await),
        ["NotificationTransmitted", "ClockChanged", "EvidenceRecorded", "EvidenceRecorded"]
    );

    gacc.acknowledge(&transmission).await.unwrap();
    let late =
        gacc.report_as_unreadable(&transmission, 1, UnreadableReason::WrongSchema, "").await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition, "what it said to have read it could read");
    let withdraw = wire::WithdrawNotificationRequest {
        name,
        reason: "wrong product".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    nvwa.notifications.withdraw_notification(withdraw).await.unwrap();
    let late =
        gacc.report_as_unreadable(&transmission, 1, UnreadableReason::WrongSchema, "").await.unwrap_err();
    assert_eq!(late.get_details_error_info().unwrap().metadata["state"], "WITHDRAWN");
    let kept = gacc.ledger(&transmission).await.unwrap();
    assert_eq!(kinds_of(&kept), [Sent, Unreadable, Unreadable, Acknowledged]);
    running.stop().await;
}

pub async fn receipts_follow(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    fs::remove_dir_all(running.credentials.receipt_keys()).unwrap();
    let (name, transmission) = sent(&running).await;
    assert_eq!(gacc.inbox().await.len(), 1, "the alert goes without");
    gacc.acknowledge(&transmission).await.unwrap();
    assert!(gacc.ledger(&transmission).await.unwrap().iter().all(|entry| entry.receipt.is_empty()));
    assert_eq!(gacc.keys().await.unwrap_err().code(), Code::Unavailable);

    let first_key = seamless_receipts::generate(&running.credentials.receipt_keys()).unwrap();
    let early = gacc.signed_ledger(&transmission, 2).await;
    let second_key = seamless_receipts::rotate(&running.credentials.receipt_keys()).unwrap();
    gacc.get(&name).await;
    let ledger = gacc.signed_ledger(&transmission, 3).await;
    assert_eq!(ledger[..2], early, "a receipt is never made anew");
    let keys = gacc.keys().await.unwrap();
    let signers: Vec<String> =
        ledger.iter().map(|entry| verify(&entry.receipt, &keys).unwrap().key_id).collect();
    let expected = [first_key.clone(), first_key, second_key];
    assert_eq!(signers, expected, "nothing was signed before, with a key that is gone");
    running.stop().await;
}

pub async fn racing(running: Running) {
    let (name, transmission) = sent(&running).await;
    let position = running.partner("cn-gacc").events().await[0].position;
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..12 {
        let (mut gacc, name, transmission) = (running.partner("cn-gacc"), name.clone(), transmission.clone());
        calls.spawn(async move {
            match number % 4 {
                0 => drop(gacc.get(&name).await),
                1 => drop(gacc.acknowledge(&transmission).await),
                2 => {
                    drop(gacc.report_as_unreadable(&transmission, 1, UnreadableReason::Translation, "").await)
                }
                _ => drop(
                    gacc.feed
                        .acknowledge_position(AcknowledgePositionRequest {
                            position,
                            ..AcknowledgePositionRequest::default()
                        })
                        .await,
                ),
            }
        });
    }
    calls.join_all().await;
    let mut gacc = running.partner("cn-gacc");
    let ledger = eventually("each was entered", PATIENCE, async || {
        let ledger = gacc.ledger(&transmission).await.unwrap();
        let has = |kind| ledger.iter().filter(|entry| entry.kind() == kind).count();
        // Whoever acknowledged first could not report any more.
        let counts = [EvidenceKind::Delivered, EvidenceKind::Opened, EvidenceKind::Acknowledged].map(has);
        if counts == [1; 3] { Ok(ledger) } else { Err(format!("{counts:?}")) }
    })
    .await;
    assert!(ledger.iter().filter(|entry| entry.kind() == EvidenceKind::Unreadable).count() <= 1);
    let mut previous = String::new();
    for (entry, number) in ledger.iter().zip(1..) {
        assert_eq!((entry.number, &entry.previous_sha256), (number, &previous));
        previous.clone_from(&entry.entry_sha256);
    }
    running.stop().await;
}
