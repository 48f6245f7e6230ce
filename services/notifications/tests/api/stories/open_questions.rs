//! A clock that starts while its authority's question is open stands still from its first instant, whatever started it.

use std::time::Duration;

use jiff::SignedDuration;
use seamless_identity::SAMPLE_COOPERATION;
use seamless_proto::seamless::notifications::v1::{self as wire, ClockState};
use seamless_testkit::eventually;

use super::conversations::{said, which_batch};
use crate::{
    running::{Partner, Running},
    words::{item, kinds, request_id},
};

/// How the notifier lets GACC know that the product is sold online after all.
#[derive(Clone, Copy, Debug)]
enum Door {
    Update,
    Import,
    Proposal,
}

fn of_the_shop(reference: &str, sold_online: bool) -> wire::ImportNotificationsRequest {
    let mut item = item(reference);
    let notification = item.notification.as_mut().unwrap();
    notification.online.as_mut().unwrap().sold_online = Some(sold_online);
    item
}

impl Partner {
    /// An alert on a product that is sold in shops alone, on its way to GACC; gives the name of its transmission.
    async fn sent_from_the_shop(&mut self, reference: &str) -> String {
        let name = self.import(vec![of_the_shop(reference, false)]).await.remove(0).name;
        self.transmit(&name, &["cn-gacc"]).await.unwrap();
        format!("{name}/transmissions/cn-gacc")
    }

    async fn put_online(&mut self, door: Door, reference: &str, transmission: &str, gacc: &mut Self) {
        let name = transmission.split("/transmissions/").next().unwrap().to_owned();
        let online = Some(wire::Online { sold_online: Some(true), ..wire::Online::default() });
        let mask = Some(prost_types::FieldMask { paths: vec!["online.sold_online".to_owned()] });
        match door {
            Door::Import => {
                let imported = self.import(vec![of_the_shop(reference, true)]).await.remove(0);
                assert_eq!(imported.outcome(), wire::ImportOutcome::Updated);
            }
            Door::Update => {
                let request = wire::UpdateNotificationRequest {
                    notification: Some(wire::Notification { name, online, ..Default::default() }),
                    update_mask: mask,
                    request_id: request_id(),
                    validate_only: false,
                };
                self.notifications.update_notification(request).await.unwrap();
            }
            Door::Proposal => {
                let request = wire::ProposeChangeRequest {
                    parent: name,
                    change: Some(wire::Notification { online, ..Default::default() }),
                    update_mask: mask,
                    request_id: request_id(),
                    ..Default::default()
                };
                let name = gacc.proposals.propose_change(request).await.unwrap().into_inner().name;
                let request =
                    wire::AcceptProposalRequest { name, request_id: request_id(), ..Default::default() };
                self.proposals.accept_proposal(request).await.unwrap();
            }
        }
    }

    async fn clock_of(&mut self, transmission: &str) -> Option<wire::Clock> {
        let request = wire::ListClocksRequest { states: (1..=5).collect(), ..Default::default() };
        let clocks = self.clocks.list_clocks(request).await.unwrap().into_inner().clocks;
        clocks.into_iter().find(|clock| clock.transmission == transmission)
    }

    async fn ask_which_batch(&mut self, transmission: &str) -> String {
        self.raise(which_batch(transmission)).await.unwrap().name
    }

    async fn times_told(&mut self, event: &str) -> usize {
        let events = self.events().await;
        kinds(&events).into_iter().filter(|kind| *kind == event).count()
    }
}

/// The clock of a transmission, which must stand still for this question, and have done so from its start.
async fn paused_from_its_start(gacc: &mut Partner, transmission: &str, question: &str) -> wire::Clock {
    let clock = gacc.clock_of(transmission).await.expect("the clock has started");
    assert_eq!(clock.state(), ClockState::Paused, "{clock:?}");
    let pauses: Vec<_> = clock
        .pauses
        .iter()
        .map(|pause| (pause.question.as_str(), pause.start_time, pause.end_time))
        .collect();
    assert_eq!(pauses, [(question, clock.start_time, None)]);
    clock
}

pub async fn starts_paused(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    for (door, reference) in [(Door::Update, "u"), (Door::Import, "i"), (Door::Proposal, "p")] {
        let transmission = just.sent_from_the_shop(reference).await;
        let question = gacc.ask_which_batch(&transmission).await;
        assert!(gacc.clock_of(&transmission).await.is_none(), "nothing runs yet");
        just.put_online(door, reference, &transmission, &mut gacc).await;
        let started = paused_from_its_start(&mut gacc, &transmission, &question).await;
        running.credentials.clock().advance(SignedDuration::from_hours(40 * 24));
        just.answer_flag(&question, said("lot 7")).await.unwrap();
        let clock = gacc.clock_of(&transmission).await.unwrap();
        assert_eq!(clock.state(), ClockState::Running, "{door:?}");
        let seconds = |time: Option<prost_types::Timestamp>| time.unwrap().seconds;
        let moved = seconds(clock.due_time) - seconds(started.due_time);
        assert_eq!(moved, 40 * 86_400, "{door:?}: each day that the question touched does not count");
    }
    assert_eq!((gacc.times_told("ClockPaused").await, gacc.times_told("ClockResumed").await), (3, 3));

    // The same for a question in a trace, beside one that was answered before and holds nothing.
    let transmission = just.sent_from_the_shop("t").await;
    gacc.acknowledge(&transmission).await.unwrap();
    let trace = gacc.open_trace(&transmission).await.unwrap().name;
    let answered = gacc.ask(&trace, "which maker").await.unwrap().name;
    just.answer(&answered).await.unwrap();
    let settled = gacc.ask_which_batch(&transmission).await;
    just.answer_flag(&settled, said("lot 7")).await.unwrap();
    let question = gacc.ask(&trace, "which year").await.unwrap().name;
    just.put_online(Door::Update, "t", &transmission, &mut gacc).await;
    paused_from_its_start(&mut gacc, &transmission, &question).await;
    just.answer(&question).await.unwrap();
    assert_eq!(gacc.clock_of(&transmission).await.unwrap().state(), ClockState::Running);

    // What is sent again begins with a new clock, and the question of the first time is open still.
    let question = gacc.ask_which_batch(&transmission).await;
    let first = gacc.clock_of(&transmission).await.unwrap();
    let revoke = wire::RevokeTransmissionRequest {
        name: transmission.clone(),
        reason: "sent by mistake".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.transmissions.revoke_transmission(revoke).await.unwrap();
    just.transmit(transmission.split("/transmissions/").next().unwrap(), &["cn-gacc"]).await.unwrap();
    let second = paused_from_its_start(&mut gacc, &transmission, &question).await;
    assert_ne!(second.start_time, first.start_time);
    running.stop().await;
}

pub async fn starts_paused_at_acknowledgement(running: Running) {
    let on_acknowledgement =
        SAMPLE_COOPERATION.replace("start = \"transmitted\"", "start = \"acknowledged\"");
    assert_ne!(on_acknowledgement, SAMPLE_COOPERATION);
    let running = running.restarted(|credentials| credentials.set_cooperation(&on_acknowledgement)).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let transmission = format!("{name}/transmissions/cn-gacc");
    let question = gacc.ask_which_batch(&transmission).await;
    assert!(gacc.clock_of(&transmission).await.is_none());
    gacc.acknowledge(&transmission).await.unwrap();
    paused_from_its_start(&mut gacc, &transmission, &question).await;
    running.credentials.clock().advance(SignedDuration::from_hours(30 * 24));
    gacc.withdraw_flag(&question, None).await.unwrap();
    assert_eq!(gacc.clock_of(&transmission).await.unwrap().state(), ClockState::Running);
    assert_eq!((gacc.times_told("ClockPaused").await, gacc.times_told("ClockBreached").await), (1, 0));
    running.stop().await;
}

pub async fn asked_at_the_same_moment(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut pairs = tokio::task::JoinSet::new();
    for number in 0..8 {
        let reference = format!("race {number}");
        let transmission = just.sent_from_the_shop(&reference).await;
        let (mut just, mut gacc, mut asking) = (just.clone(), gacc.clone(), gacc.clone());
        pairs.spawn(async move {
            tokio::join!(async { asking.ask_which_batch(&transmission).await }, async {
                just.put_online(Door::Update, &reference, &transmission, &mut gacc).await
            },);
            transmission
        });
    }
    for transmission in pairs.join_all().await {
        let clock = gacc.clock_of(&transmission).await.unwrap();
        assert_eq!(clock.state(), ClockState::Paused, "whichever came first: {clock:?}");
    }
    let told = eventually("every pause is told once", Duration::from_secs(10), async || {
        let told = gacc.times_told("ClockPaused").await;
        if told == 8 { Ok(told) } else { Err(format!("{told}")) }
    });
    told.await;
    running.stop().await;
}
