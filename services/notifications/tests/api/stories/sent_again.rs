//! A recipient that was taken off gets the same version again: what it did with the first is history, and what it does with
//! the second is proven anew.

use seamless_proto::seamless::{
    feed::v1::AcknowledgePositionRequest,
    notifications::v1::{self as wire, EvidenceKind, FollowUpState, UnreadableReason},
};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::evidence::{acted, content_of, kinds_of, sent};
use crate::{
    running::{Partner, Running},
    words::request_id,
};

impl Partner {
    async fn take_off(&mut self, name: &str) {
        let revoke = wire::RevokeTransmissionRequest {
            name: format!("{name}/transmissions/cn-gacc"),
            reason: "sent by mistake".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.transmissions.revoke_transmission(revoke).await.unwrap();
    }

    async fn take_off_and_send_again(&mut self, name: &str) -> wire::Transmission {
        self.take_off(name).await;
        self.transmit(name, &["cn-gacc"]).await.unwrap().transmissions.remove(0)
    }

    async fn start(&mut self, transmission: &str) -> Result<wire::FollowUp, Status> {
        let start = wire::StartFollowUpRequest {
            transmission: transmission.to_owned(),
            note: "taken up".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.follow_ups.start_follow_up(start).await.map(Response::into_inner)
    }

    async fn seize(&mut self, transmission: &str) -> Result<wire::FollowUp, Status> {
        let measure = wire::Measure { action: wire::MeasureAction::Seizure.into(), ..Default::default() };
        let adopt = wire::AdoptMeasureRequest {
            name: format!("{transmission}/followUp"),
            measure: Some(measure),
            request_id: request_id(),
            ..Default::default()
        };
        self.follow_ups.adopt_measure(adopt).await.map(Response::into_inner)
    }

    async fn give_up_tracing(&mut self, transmission: &str) -> Result<wire::FollowUp, Status> {
        let tracing = wire::RecordTracingRequest {
            name: format!("{transmission}/followUp"),
            result: wire::TracingResult::NotTraced.into(),
            not_traced_reason: wire::NotTracedReason::CompanyClosed.into(),
            request_id: request_id(),
            ..Default::default()
        };
        self.follow_ups.record_tracing(tracing).await.map(Response::into_inner)
    }
}

pub async fn proven_anew(running: Running) {
    use EvidenceKind::{Acknowledged, Acted, Delivered, Opened, Sent, Unreadable};
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let (name, transmission) = sent(&running).await;
    gacc.report_as_unreadable(&transmission, 1, UnreadableReason::Translation, "").await.unwrap();
    gacc.get(&name).await;
    gacc.acknowledge_all().await;
    gacc.signed_ledger(&transmission, 4).await;
    gacc.acknowledge(&transmission).await.unwrap();
    acted(&mut gacc, &transmission).await;
    let first = gacc.signed_ledger(&transmission, 8).await;
    assert_eq!(
        kinds_of(&first),
        [Sent, Unreadable, Opened, Delivered, Acknowledged, Acted, Acted, Acted],
        "the first sending"
    );

    let again = just.take_off_and_send_again(&name).await;
    let begun = gacc.ledger(&transmission).await.unwrap();
    assert_eq!(begun[..8], first, "what was entered stays as it is");
    assert_eq!((kinds_of(&begun[8..]), begun[8].event_time), (vec![Sent], again.send_time));

    // Each step counts anew, and none of the first stands in the way of the second.
    gacc.report_as_unreadable(&transmission, 1, UnreadableReason::Translation, "").await.unwrap();
    let received = gacc.get(&name).await;
    gacc.get(&name).await;
    gacc.acknowledge_all().await;
    gacc.signed_ledger(&transmission, 12).await;
    gacc.acknowledge(&transmission).await.unwrap();
    let late = gacc.report_as_unreadable(&transmission, 1, UnreadableReason::WrongSchema, "").await;
    assert_eq!(late.unwrap_err().code(), Code::FailedPrecondition);

    // The follow-up of before waits until it is taken up, and then goes on with all that it had.
    let early = gacc.seize(&transmission).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition);
    assert!(early.message().contains("start the follow-up"), "{early:?}");
    let taken_up = gacc.start(&transmission).await.unwrap();
    assert_eq!((taken_up.state(), taken_up.steps.len()), (FollowUpState::Investigating, 5));
    assert_eq!((taken_up.measures.len(), taken_up.steps[4].note.as_str()), (2, "taken up"));
    let twice = gacc.start(&transmission).await.unwrap_err();
    assert_eq!(twice.get_details_error_info().unwrap().metadata["state"], "INVESTIGATING");
    gacc.give_up_tracing(&transmission).await.unwrap();
    let resumed = gacc.seize(&transmission).await.unwrap();
    let adopted: Vec<_> = resumed.measures.iter().map(|measure| measure.adopt_time).collect();
    let of_steps = resumed.steps.iter().filter(|step| step.state() == FollowUpState::MeasureAdopted);
    assert_eq!((adopted.len(), adopted.clone()), (3, of_steps.map(|step| step.step_time).collect()));
    // So it is known which measure belongs to which sending.
    assert_eq!(resumed.send_time, again.send_time);
    let instant = |time: Option<prost_types::Timestamp>| time.map(|time| (time.seconds, time.nanos));
    let later: Vec<_> = adopted.into_iter().map(|time| instant(time) >= instant(again.send_time)).collect();
    assert_eq!(later, [false, false, true]);

    let ledger = gacc.signed_ledger(&transmission, 15).await;
    assert_eq!(
        kinds_of(&ledger[8..]),
        [Sent, Unreadable, Opened, Delivered, Acknowledged, Acted, Acted],
        "the second sending"
    );
    assert_eq!((ledger[13].step, ledger[14].step), (6, 7), "steps count on");
    let mut previous = String::new();
    for (entry, number) in ledger.iter().zip(1..) {
        assert_eq!((entry.number, entry.version, &entry.previous_sha256), (number, 1, &previous));
        previous.clone_from(&entry.entry_sha256);
    }
    assert!(ledger[8..].iter().all(|entry| entry.content_sha256 == content_of(&received)));
    running.stop().await;
}

/// After a restore from a backup, what a reader has behind it may be of the history that was lost.
pub async fn acknowledged_of_a_lost_history(running: Running) {
    use EvidenceKind::{Delivered, Sent};
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let kept = just.sent_to_gacc("kept").await.name;
    gacc.acknowledge_all().await;
    seamless_feed::epoch::restored(&running.database.database, None, 0).await.unwrap();

    let ledger_of = async |name: &str| {
        let mut just = just.clone();
        just.take_off(name).await;
        kinds_of(&just.ledger(&format!("{name}/transmissions/cn-gacc")).await.unwrap())
    };
    let unproven = just.clone().sent_to_gacc("of no epoch").await.name;
    gacc.acknowledge_all().await;
    assert_eq!(ledger_of(&unproven).await, [Sent], "nobody knows what was read there");
    let proven = just.clone().sent_to_gacc("of this epoch").await.name;
    let last = gacc.events().await.pop().unwrap();
    let request = AcknowledgePositionRequest { position: last.position, epoch: last.epoch };
    gacc.feed.acknowledge_position(request).await.unwrap();
    assert_eq!(ledger_of(&proven).await, [Sent, Delivered]);
    assert_eq!(
        ledger_of(&kept).await,
        [Sent, Delivered],
        "what both histories have in common is delivered still"
    );
    running.stop().await;
}

pub async fn delivered_at_the_last_moment(running: Running) {
    use EvidenceKind::{Delivered, Sent};
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    // The first time GACC has never acknowledged anything, and each time whoever enters deliveries may be asleep.
    for number in 0..6 {
        let name = just.sent_to_gacc(&format!("{number}")).await.name;
        let transmission = format!("{name}/transmissions/cn-gacc");
        gacc.acknowledge_all().await;
        just.take_off(&name).await;
        let ledger = just.ledger(&transmission).await.unwrap();
        assert_eq!(kinds_of(&ledger), [Sent, Delivered], "alert {number}");
    }

    // What was acknowledged of the first sending proves nothing of the second.
    let name = just.sent_to_gacc("again").await.name;
    let transmission = format!("{name}/transmissions/cn-gacc");
    gacc.acknowledge_all().await;
    just.take_off_and_send_again(&name).await;
    assert_eq!(kinds_of(&just.ledger(&transmission).await.unwrap()), [Sent, Delivered, Sent]);
    gacc.acknowledge_all().await;
    let ledger = just.signed_ledger(&transmission, 4).await;
    assert_eq!(kinds_of(&ledger), [Sent, Delivered, Sent, Delivered]);
    let microsecond = |at: usize| {
        let time = ledger[at].event_time.unwrap();
        (time.seconds, time.nanos)
    };
    assert!(microsecond(1) <= microsecond(2), "it was delivered before it was sent again");
    running.stop().await;
}

pub async fn acknowledged_while_taken_off(running: Running) {
    use EvidenceKind::{Delivered, Sent};
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    for number in 0..6 {
        let name = just.sent_to_gacc(&format!("{number}")).await.name;
        let transmission = format!("{name}/transmissions/cn-gacc");
        let position = gacc.events().await.last().unwrap().position;
        let (mut taking, mut saying) = (just.clone(), gacc.clone());
        tokio::join!(async { taking.take_off(&name).await }, async {
            saying
                .feed
                .acknowledge_position(AcknowledgePositionRequest {
                    position,
                    ..AcknowledgePositionRequest::default()
                })
                .await
                .unwrap();
        });
        // Whichever came first: one delivery if it was acknowledged in time, and what follows goes on as ever.
        let kinds = kinds_of(&just.ledger(&transmission).await.unwrap());
        assert!([vec![Sent], vec![Sent, Delivered]].contains(&kinds), "{kinds:?}");
        just.transmit(&name, &["cn-gacc"]).await.unwrap();
        gacc.acknowledge_all().await;
        let ledger = just.signed_ledger(&transmission, kinds.len() + 2).await;
        assert_eq!(kinds_of(&ledger[kinds.len()..]), [Sent, Delivered]);
    }
    running.stop().await;
}
