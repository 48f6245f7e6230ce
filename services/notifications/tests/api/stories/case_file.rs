//! What leaves the service as proof: the whole file of a case; and whether the log beneath is as it was written.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use prost::Message;
use sea_orm::ConnectionTrait;
use seamless_program::verify_feed;
use seamless_proto::seamless::{
    disclosure::v1::Audience,
    feed::v1::Event,
    notifications::v1::{self as wire, export_evidence_response::Item},
};
use seamless_receipts::verify;
use seamless_storage::{Database, DatabaseSettings};
use sha2::{Digest, Sha256};
use tonic::Code;

use super::{
    evidence::{acted, hex, sent},
    rights::revocation,
};
use crate::running::{Partner, Running};

impl Partner {
    /// The items of the file of a case, complete by its manifest.
    pub async fn exported(&mut self, name: &str) -> Vec<Item> {
        let request = wire::ExportEvidenceRequest { name: name.to_owned() };
        let stream = self.evidence.export_evidence(request).await.unwrap().into_inner();
        let mut file: Vec<wire::ExportEvidenceResponse> = stream.try_collect().await.unwrap();
        let Some(Item::Manifest(manifest)) = file.pop().unwrap().item else { panic!("the manifest is last") };
        let mut hash = Sha256::new();
        for (item, number) in file.iter().zip(1..) {
            assert_eq!(item.number, number);
            let unsealed = wire::ExportEvidenceResponse { item_sha256: String::new(), ..item.clone() };
            assert_eq!(item.item_sha256, hex(Sha256::digest(unsealed.encode_to_vec())));
            let bytes = item.encode_to_vec();
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        assert_eq!(manifest.item_count as usize, file.len());
        assert_eq!(manifest.sha256, hex(hash.finalize()));
        let signed = verify(&manifest.receipt, &self.keys().await.unwrap()).unwrap().claims;
        assert_eq!((signed.sub.as_str(), signed.kind.as_str()), (name, "exported"));
        assert_eq!(hex(signed.content_sha256), manifest.sha256);
        file.into_iter().map(|item| item.item.unwrap()).collect()
    }
}

pub async fn exported(running: Running) {
    let [mut nvwa, mut just, mut gacc] =
        ["nl-nvwa", "eu-just", "cn-gacc"].map(|authority| running.partner(authority));
    let (name, transmission) = sent(&running).await;
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    // Another case, which is none of this file's, nor are its removals.
    let (other, _) = sent(&running).await;
    just.transmissions.revoke_transmission(revocation(&other, "cn-gacc")).await.unwrap();
    gacc.get(&name).await;
    gacc.acknowledge(&transmission).await.unwrap();
    acted(&mut gacc, &transmission).await;
    gacc.signed_ledger(&transmission, 6).await;
    nvwa.signed_ledger(&format!("{name}/transmissions/us-cpsc"), 1).await;
    // GACC is to remove a field that the CPSC was never shown, and confirms; then the CPSC is taken off.
    nvwa.disclose(&name, "measures", Audience::Originator).await;
    let downgraded = gacc.removals().await.into_iter().find(|removal| removal.notification == name).unwrap();
    gacc.confirm_removal(&downgraded.name).await.unwrap();
    gacc.get(&name).await;
    just.transmissions.revoke_transmission(revocation(&name, "us-cpsc")).await.unwrap();
    nvwa.signed_ledger(&transmission, 8).await;
    nvwa.signed_ledger(&format!("{name}/transmissions/us-cpsc"), 2).await;

    for (authority, transmissions) in [
        ("nl-nvwa", vec!["cn-gacc", "us-cpsc"]),
        ("eu-just", vec!["cn-gacc", "us-cpsc"]),
        ("cn-gacc", vec!["cn-gacc"]),
    ] {
        let mut reader = running.partner(authority);
        let file = reader.exported(&name).await;
        let Item::Head(head) = &file[0] else { panic!("the head comes first") };
        assert_eq!((head.exporting_authority.as_str(), &head.notification), (authority, &name));
        assert_eq!(head.principal, format!("tester@{authority}"));
        let mut kinds = BTreeMap::new();
        let (mut evidence, mut events) = (BTreeMap::<String, Vec<_>>::new(), Vec::new());
        let mut recipients = Vec::new();
        let (mut removals, mut holders) = (Vec::new(), Vec::new());
        for item in &file[1..] {
            let kind = match item {
                Item::Notification(notification) => {
                    assert_eq!(*notification, reader.get(&name).await);
                    "notification"
                }
                Item::Transmission(transmission) => {
                    recipients.push(transmission.recipient.clone());
                    "transmission"
                }
                Item::Evidence(entry) => {
                    evidence.entry(entry.transmission.clone()).or_default().push(entry.clone());
                    "evidence"
                }
                Item::Clock(_) => "clock",
                Item::FollowUp(follow_up) => {
                    let request = wire::GetFollowUpRequest { name: follow_up.name.clone() };
                    let listed = reader.follow_ups.get_follow_up(request).await.unwrap().into_inner();
                    assert_eq!(*follow_up, listed);
                    "follow-up"
                }
                Item::Removal(removal) => {
                    assert_eq!(Some(&removal.authority), recipients.last());
                    removals.push(removal.clone());
                    "removal"
                }
                Item::Holder(holder) => {
                    assert_eq!(Some(&holder.authority), recipients.last());
                    holders.push(holder.clone());
                    "holder"
                }
                Item::Event(event) => {
                    assert_eq!(event.chain_sha256.len(), 64);
                    events.push(event.event.clone().unwrap());
                    "event"
                }
                Item::Keys(keys) => {
                    assert_eq!(keys.jwks, reader.keys().await.unwrap());
                    "keys"
                }
                Item::Head(_) | Item::Manifest(_) => panic!("once, at its end"),
            };
            *kinds.entry(kind).or_insert(0) += 1;
        }
        assert_eq!(recipients, transmissions);
        assert_eq!((kinds["notification"], kinds["follow-up"], kinds["keys"]), (1, 1, 1));
        assert!(kinds["clock"] >= 1, "the rule for products sold online runs");
        for (transmission, entries) in &evidence {
            assert_eq!(*entries, reader.ledger(transmission).await.unwrap());
        }
        assert_eq!(evidence.len(), transmissions.len());
        // Removals and holdings, as they are told elsewhere: a removal in the holder, too.
        let is_recipient = authority == "cn-gacc";
        let other_case = |removal: &wire::Removal| removal.notification != name;
        let mut listed = reader.removals().await;
        listed.retain(|removal| !other_case(removal));
        let by_name = |one: &wire::Removal, other: &wire::Removal| one.name.cmp(&other.name);
        listed.sort_by(by_name);
        removals.sort_by(by_name);
        assert_eq!(removals, listed);
        assert_eq!(removals.len(), if is_recipient { 1 } else { 2 });
        match is_recipient {
            true => assert!(holders.is_empty(), "who holds what is the originator's side's own"),
            false => {
                let mut listed = reader.holders(&name).await;
                listed.iter_mut().for_each(|holder| holder.removals.clear());
                assert_eq!(holders, listed);
                let states: Vec<_> = holders.iter().map(wire::Holder::state).collect();
                assert_eq!(states, [wire::HolderState::Holds, wire::HolderState::RemovalOrdered]);
            }
        }
        let mut told = crate::words::kinds(&events);
        told.retain(|kind| kind.starts_with("Removal"));
        let ordered_and_confirmed = ["RemovalOrdered", "RemovalConfirmed"];
        assert_eq!(told[..2], ordered_and_confirmed, "the removals' events are in the file");
        assert_eq!(told.len(), if is_recipient { 2 } else { 3 });
        let removal_of_it = name.replace("notifications/", "removals/");
        let is_own = |event: &Event| [&name, &removal_of_it].iter().any(|it| event.subject.starts_with(*it));
        let own = reader.events().await.into_iter().filter(is_own);
        let without_links = |mut event: Event| {
            event.previous_position = 0;
            event
        };
        let own: Vec<_> = own.map(without_links).collect();
        let links: Vec<i64> = events.iter().map(|event| event.previous_position).collect();
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        assert_eq!(links, [[0].as_slice(), &positions[..positions.len() - 1]].concat());
        assert_eq!(events.into_iter().map(without_links).collect::<Vec<_>>(), own);

        let bytes: Vec<u8> = file[1..]
            .iter()
            .flat_map(|item| {
                let item = Some(item.clone());
                wire::ExportEvidenceResponse { item, ..Default::default() }.encode_to_vec()
            })
            .collect();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert_eq!(holds("the importer is under investigation"), !is_recipient);
        assert_eq!(holds("us-cpsc"), !is_recipient, "one recipient does not learn of another");
        assert_eq!(holds("tester@cn-gacc"), is_recipient);
        assert_eq!(holds("sent by mistake"), !is_recipient, "why somebody was taken off");
        assert_eq!(holds("tester@eu-just"), authority == "eu-just");
    }
    let refused = wire::ExportEvidenceRequest { name };
    let refused = running.partner("ca-hc").evidence.export_evidence(refused).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    running.stop().await;
}

pub async fn tampered(running: Running) {
    let (name, transmission) = sent(&running).await;
    running.partner("cn-gacc").acknowledge(&transmission).await.unwrap();
    running.partner("cn-gacc").get(&name).await;
    let settings = DatabaseSettings::new(running.database.url.clone());
    let count = verify_feed(&settings).await.unwrap();
    assert!(count >= 6, "created, submitted, validated, transmitted, acknowledged, opened: {count}");
    let database = Database::connect(&settings).await.unwrap();
    let tamper = |sql: &'static str| {
        let database = database.clone();
        async move {
            database
                .write(move |tx| {
                    Box::pin(async move {
                        tx.execute_unprepared(sql).await?;
                        Ok::<_, seamless_storage::StorageError>(())
                    })
                })
                .await
                .unwrap();
        }
    };
    tamper("UPDATE feed_event SET subject = 'notifications/none' WHERE position = 4").await;
    let found = verify_feed(&settings).await.unwrap_err().to_string();
    assert!(found.contains("position 4 of"), "{found}");
    tamper("DELETE FROM feed_event WHERE position = 2").await;
    let found = verify_feed(&settings).await.unwrap_err().to_string();
    assert!(found.contains("position 2 of"), "{found}");
    database.close().await;
    running.stop().await;
}
