//! Nobody sees a field that is not meant for him: not in a record, a list, the inbox, the feed, by searching, or in the
//! text of an error. What each reader may see is read from the contract, and the alerts have every field set.

mod consignments;
pub mod filled;
mod probe;
pub mod seen;
pub mod steps;
mod training;

use prost::Message;
use seamless_disclosure::Audience;
use seamless_proto::seamless::{
    disclosure::v1::{Audience as Circle, FieldDisclosure},
    error::v1::ErrorReason,
    notifications::v1::{self as wire, Finding, FollowUp, Notification, Transmission},
};
use seamless_service::error::reason_of;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    assert_none,
    running::{Partner, Running},
};
use filled::mark;
use probe::try_everything;
use seen::{Paths, allowed, difference, shown};
use steps::{alert, every_field, part, request_id};

const NOTIFICATION: &str = "seamless.notifications.v1.Notification";
const FOLLOW_UP: &str = "seamless.notifications.v1.FollowUp";
const TRANSMISSION: &str = "seamless.notifications.v1.Transmission";

fn disclosure(path: &str, circle: Circle) -> FieldDisclosure {
    FieldDisclosure { path: path.to_owned(), audience: circle.into(), reason: mark("disclosures.reason") }
}

/// A decision that changes nothing, so that the field is set.
fn as_declared() -> Vec<FieldDisclosure> {
    vec![disclosure("general.case_handler", Circle::Recipients)]
}

/// What the sender of this alert alone may read.
fn secrets() -> Vec<String> {
    ["internal_note", "disclosures.reason", "findings.description"].map(mark).to_vec()
}

fn without(mut paths: Paths, absent: &[&str]) -> Paths {
    for path in absent {
        assert!(paths.remove(*path), "{path} is no longer in the contract: look at this test");
    }
    paths
}

/// What may be seen of an alert; when a measure was adopted stands in follow-ups alone.
fn of_alert(clearance: Audience) -> Paths {
    without(allowed(NOTIFICATION, clearance), &["measures.adopt_time"])
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Which of the secrets stand in what a reader was sent.
fn leaks(place: &str, bytes: &[u8], secrets: &[String]) -> Vec<String> {
    let found = secrets.iter().filter(|secret| holds(bytes, secret));
    found.map(|secret| format!("{place} holds {secret}")).collect()
}

/// Everything that is wrong with what a reader sees of a notification at the places that `at` chooses.
async fn wrong(
    reader: &mut Partner,
    name: &str,
    wanted: &Paths,
    secrets: &[String],
    at: fn(&str) -> bool,
) -> Vec<String> {
    let mut findings = Vec::new();
    let mut looked = 0;
    for (place, notification) in reader.sights(name).await {
        if at(&place) {
            looked += 1;
            findings.extend(
                difference(&shown(&notification), wanted).into_iter().map(|path| format!("{place}: {path}")),
            );
        }
        findings.extend(leaks(&place, &notification.encode_to_vec(), secrets));
    }
    assert!(looked > 1, "it sees the notification in {looked} places: look at this test");
    findings
}

fn everywhere(_: &str) -> bool {
    true
}

/// Outside the feed, which also tells what was.
fn in_records(place: &str) -> bool {
    !place.contains("Events")
}

/// An alert of the Dutch authority's that went to GACC by itself.
async fn sent(running: &Running, disclosures: Vec<FieldDisclosure>) -> String {
    let name = running.partner("nl-nvwa").create(alert(disclosures)).await;
    running.partner("nl-nvwa").submit(&name).await;
    let answer = running.partner("eu-just").answer(&name, Vec::new()).await;
    let recipients: Vec<_> = answer.transmissions.iter().map(|sent| sent.recipient.as_str()).collect();
    assert_eq!(recipients, ["cn-gacc"], "an alert on a product of Chinese origin goes to GACC by itself");
    name
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_sees_of_an_alert_what_the_contract_lets_it_see_and_nothing_else() {
    let running = Running::notifications().await;
    let [mut nvwa, mut just, mut gacc] = ["nl-nvwa", "eu-just", "cn-gacc"].map(|id| running.partner(id));
    let name = nvwa.create(alert(as_declared())).await;
    nvwa.submit(&name).await;
    just.answer(&name, vec![every_field::<Finding>("findings")]).await;
    // Every field is set now but the reason of a withdrawal: what is not shown later is withheld, not missing.
    let complete = without(of_alert(Audience::Originator), &["withdraw_reason", "duplicate_of"]);
    for side in [&mut nvwa, &mut just] {
        assert_none("the returned draft", &difference(&shown(&side.get(&name).await.unwrap()), &complete));
    }
    assert_eq!(
        gacc.get(&name).await.unwrap_err().code(),
        Code::PermissionDenied,
        "a draft is of no concern to others"
    );

    nvwa.submit(&name).await;
    just.answer(&name, Vec::new()).await;
    let of_side = without(complete, &["findings"]);
    for side in [&mut nvwa, &mut just] {
        assert_none("the sender's side", &wrong(side, &name, &of_side, &[], in_records).await);
    }
    let of_recipient = without(of_alert(Audience::Recipients), &["withdraw_reason"]);
    assert!(
        of_recipient.is_subset(&of_side) && of_recipient != of_side,
        "the contract keeps nothing from recipients"
    );
    let places = gacc.sights(&name).await;
    let places: Vec<&str> = places.iter().map(|(place, _)| place.as_str()).collect();
    let transmitted = [
        "GetNotification",
        "ListNotifications",
        "SearchNotifications",
        "ListInbox",
        "ReadEvents: NotificationTransmitted",
        "FollowEvents: NotificationTransmitted",
    ];
    assert_eq!(places, transmitted, "where GACC sees the alert");
    assert_none("the recipient", &wrong(&mut gacc, &name, &of_recipient, &secrets(), everywhere).await);

    nvwa.withdraw(&name, "sample mixed up").await;
    let withdrawn = of_alert(Audience::Recipients);
    assert_none("withdrawn", &wrong(&mut gacc, &name, &withdrawn, &secrets(), in_records).await);
    let is_told = |place: &str| place.ends_with("NotificationWithdrawn");
    assert_none("told of it", &wrong(&mut gacc, &name, &withdrawn, &secrets(), is_told).await);
    let events = gacc.events().await;
    let told: Vec<_> = events.iter().filter_map(|event| event.r#type.rsplit('.').next()).collect();
    let expected = [
        "NotificationTransmitted",
        "ClockChanged",
        "EvidenceRecorded",
        "ClockChanged",
        "NotificationWithdrawn",
        "RemovalOrdered",
    ];
    assert_eq!(told, expected, "sent, opened, withdrawn, and what is to be removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_originator_narrows_and_widens_the_circle_of_a_field() {
    let running = Running::notifications().await;
    let [mut nvwa, mut just, mut gacc] = ["nl-nvwa", "eu-just", "cn-gacc"].map(|id| running.partner(id));
    let name = sent(&running, as_declared()).await;
    let brand = mark("product.brand");
    assert_eq!(gacc.find(&brand).await.len(), 1, "the brand is public, as long as nobody decides otherwise");

    let decided =
        [disclosure("product.brand", Circle::Originator), disclosure("internal_note", Circle::Recipients)];
    nvwa.disclose(&name, decided.to_vec()).await;
    let mut wanted = without(of_alert(Audience::Recipients), &["withdraw_reason", "product.brand"]);
    wanted.insert("internal_note".to_owned());
    let mut withheld = secrets();
    withheld.retain(|secret| *secret != mark("internal_note"));
    withheld.push(brand.clone());
    let is_old = |place: &str| place.ends_with("NotificationTransmitted");
    let is_new = |place: &str| !place.ends_with("NotificationTransmitted");
    assert_none("the recipient", &wrong(&mut gacc, &name, &wanted, &withheld, is_new).await);
    // What was narrowed is gone from old events, too; what was widened does not open what stood there before.
    let of_old = without(wanted.clone(), &["internal_note"]);
    assert_none("an old event", &wrong(&mut gacc, &name, &of_old, &withheld, is_old).await);
    for event in gacc.events().await {
        assert_none("an event", &leaks(&event.r#type, &event.encode_to_vec(), &withheld));
    }
    assert!(gacc.find(&brand).await.is_empty(), "what it may not see, it does not find");
    assert_eq!(gacc.find(&mark("general.reference")).await.len(), 1, "it does find what it may see");
    assert_eq!(just.find(&brand).await.len(), 1);
    assert_eq!(nvwa.find(&brand).await.len(), 1);

    nvwa.disclose(&name, as_declared()).await;
    let wanted = without(of_alert(Audience::Recipients), &["withdraw_reason"]);
    // What was written while the brand was withheld goes on without it.
    assert_none("decided otherwise", &wrong(&mut gacc, &name, &wanted, &secrets(), in_records).await);
    assert_eq!(gacc.find(&brand).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_arrangement_withholds_no_decision_releases_and_recipients_do_not_learn_of_each_other() {
    let running = Running::notifications().await;
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let name = sent(&running, vec![disclosure("measures", Circle::Public)]).await;
    let request = wire::TransmitNotificationRequest {
        name: name.clone(),
        recipients: vec!["us-cpsc".to_owned()],
        request_id: request_id(),
        ..Default::default()
    };
    just.notifications.transmit_notification(request).await.unwrap();

    let of_gacc = without(of_alert(Audience::Recipients), &["withdraw_reason"]);
    // Measures do not travel under the arrangement with the CPSC.
    let of_cpsc: Paths =
        of_gacc.iter().filter(|path| path.split('.').next() != Some("measures")).cloned().collect();
    let measures = [mark("measures.ordered_by"), mark("measures.scope")];
    assert_none("the CPSC", &wrong(&mut cpsc, &name, &of_cpsc, &measures, everywhere).await);
    assert_none("GACC", &wrong(&mut gacc, &name, &of_gacc, &["us-cpsc".to_owned()], everywhere).await);

    for event in gacc.events().await {
        assert_none("an event", &leaks(&event.r#type, &event.encode_to_vec(), &["us-cpsc".to_owned()]));
    }
    let request = wire::ListTransmissionsRequest { parent: name.clone(), ..Default::default() };
    let listed = gacc.transmissions.list_transmissions(request).await.unwrap().into_inner().transmissions;
    let recipients: Vec<_> = listed.iter().map(|transmission| transmission.recipient.as_str()).collect();
    assert_eq!(recipients, ["cn-gacc"]);
    let other = wire::GetTransmissionRequest { name: format!("{name}/transmissions/us-cpsc") };
    let unknown = wire::GetTransmissionRequest { name: format!("{name}/transmissions/ca-hc") };
    let other = gacc.transmissions.get_transmission(other).await.unwrap_err();
    let unknown = gacc.transmissions.get_transmission(unknown).await.unwrap_err();
    assert!(is_denied(&other), "{other:?}");
    assert_eq!((other.message(), other.details()), (unknown.message(), unknown.details()));
}

/// Walks a follow-up through every step that says something; gives it back as it is after each.
async fn investigated(gacc: &mut Partner, notification: &str) -> Vec<FollowUp> {
    let transmission = format!("{notification}/transmissions/cn-gacc");
    let acknowledged = wire::AcknowledgeTransmissionRequest {
        name: transmission.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.transmissions.acknowledge_transmission(acknowledged).await.unwrap();
    let name = format!("{transmission}/followUp");
    macro_rules! step {
        ($method:ident, $request:ident { $($field:ident: $value:expr),* }) => {
            gacc.follow_ups
                .$method(wire::$request {
                    $($field: $value,)*
                    note: mark("note"),
                    internal_note: mark("internal_note"),
                    request_id: request_id(),
                    ..Default::default()
                })
                .await
                .unwrap()
                .into_inner()
        };
    }
    let traced = wire::TracingResult::Traced.into();
    let not_traced = wire::TracingResult::NotTraced.into();
    let reason = wire::NotTracedReason::CompanyClosed.into();
    let missing = vec!["product.gtins".to_owned()];
    vec![
        step!(start_follow_up, StartFollowUpRequest { transmission: transmission.clone() }),
        step!(
            record_tracing,
            RecordTracingRequest {
                name: name.clone(),
                result: not_traced,
                not_traced_reason: reason,
                missing_fields: missing
            }
        ),
        step!(
            record_tracing,
            RecordTracingRequest {
                name: name.clone(),
                result: traced,
                manufacturer: Some(every_field("tracing.manufacturer"))
            }
        ),
        step!(
            adopt_measure,
            AdoptMeasureRequest { name: name.clone(), measure: Some(every_field("measures")) }
        ),
        step!(close_follow_up, CloseFollowUpRequest { name: name.clone() }),
        step!(reopen_follow_up, ReopenFollowUpRequest { name: name.clone() }),
        step!(
            record_tracing,
            RecordTracingRequest { name: name.clone(), result: not_traced, not_traced_reason: reason }
        ),
        step!(
            record_no_measure,
            RecordNoMeasureRequest { name: name.clone(), reason: wire::NoMeasureReason::NoPowers.into() }
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_senders_see_of_a_follow_up_what_the_contract_lets_them_see() {
    let running = Running::notifications().await;
    let [mut nvwa, mut just, mut gacc] = ["nl-nvwa", "eu-just", "cn-gacc"].map(|id| running.partner(id));
    let notification = sent(&running, as_declared()).await;
    let of_investigator = allowed(FOLLOW_UP, Audience::Originator);
    let of_senders = allowed(FOLLOW_UP, Audience::Recipients);
    assert!(
        of_senders.len() < of_investigator.len(),
        "the contract keeps nothing from senders: look at this test"
    );
    let steps = investigated(&mut gacc, &notification).await;
    let seen: Paths = steps.iter().flat_map(shown).collect();
    assert_none("the steps do not set every field", &difference(&seen, &of_investigator));

    // Its principal and its notes are the investigator's own.
    let secrets = [mark("internal_note"), "tester@cn-gacc".to_owned()];
    let name = &steps[0].name;
    for reader in [&mut nvwa, &mut just] {
        let got = reader
            .follow_ups
            .get_follow_up(wire::GetFollowUpRequest { name: name.clone() })
            .await
            .unwrap()
            .into_inner();
        let listed = reader
            .follow_ups
            .list_follow_ups(wire::ListFollowUpsRequest::default())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(listed.follow_ups, std::slice::from_ref(&got));
        let events = reader.events().await;
        assert_eq!(reader.followed(events.len()).await, events, "the stream says what the pages say");
        let told = events.iter().filter_map(|event| part::<FollowUp>(event, "follow_up"));
        let told: Vec<FollowUp> = told.chain([got]).collect();
        assert_eq!(told.len(), steps.len() + 1, "an event for each step");
        for follow_up in &told {
            assert_none("a sender", &leaks("the follow-up", &follow_up.encode_to_vec(), &secrets));
        }
        let seen: Paths = told.iter().flat_map(shown).collect();
        assert_none("a sender", &difference(&seen, &of_senders));
        let sent = events.iter().filter_map(|event| part::<Transmission>(event, "transmission"));
        let seen: Paths = sent.flat_map(|transmission| shown(&transmission)).collect();
        assert_none("the transmission", &difference(&seen, &allowed(TRANSMISSION, Audience::Recipients)));
    }
    let told = gacc.events().await;
    let told: Paths = told
        .iter()
        .filter_map(|event| part::<FollowUp>(event, "follow_up"))
        .flat_map(|one| shown(&one))
        .collect();
    assert_none("the investigator in its own feed", &difference(&told, &of_investigator));
}

pub fn is_denied(status: &Status) -> bool {
    status.code() == Code::PermissionDenied && reason_of(status) == Some(ErrorReason::ResourceDenied)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_part_in_an_alert_cannot_tell_it_from_one_that_does_not_exist() {
    let running = Running::notifications().await;
    let (mut canada, mut gacc) = (running.partner("ca-hc"), running.partner("cn-gacc"));
    let name = sent(&running, as_declared()).await;
    investigated(&mut gacc, &name).await;

    let real = try_everything(&canada, &name, "cn-gacc").await;
    let unknown = try_everything(&canada, &format!("notifications/{}", Uuid::now_v7()), "cn-gacc").await;
    assert!(real.len() > 15, "only {} calls name a notification: look at this test", real.len());
    let mut findings = Vec::new();
    for (real, unknown) in real.iter().zip(&unknown) {
        if real.told() != unknown.told() {
            findings.push(format!(
                "{}: {:?}, but {:?} for an unknown one",
                real.path,
                real.told(),
                unknown.told()
            ));
        }
        let is_empty_list = real.path.ends_with("/ListFollowUps") && real.told() == (Code::Ok, "", &[]);
        if !is_empty_list && !real.answer.as_ref().is_err_and(is_denied) {
            findings.push(format!("{} is not denied: {:?}", real.path, real.told()));
        }
    }
    assert_none("what a stranger to the alert learns", &findings);

    assert_eq!(canada.find("").await, Vec::<Notification>::new());
    assert_eq!(canada.inbox().await, []);
    assert_eq!(canada.events().await, []);
    let own = canada.create(alert(Vec::new())).await;
    let heard = canada.followed(1).await;
    assert_eq!(heard[0].subject, own, "the first that it ever hears of is its own draft");
    assert_eq!((heard[0].previous_position, canada.find("").await.len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_of_a_recipient_gives_away_what_is_withheld() {
    let running = Running::notifications().await;
    let brand = disclosure("product.brand", Circle::Originator);
    let title = disclosure("general.title", Circle::Originator);
    let name = sent(&running, vec![brand, title]).await;
    let withheld =
        ["internal_note", "disclosures.reason", "product.brand", "general.title"].map(mark).to_vec();
    let own = running.partner("nl-nvwa").get(&name).await.unwrap().encode_to_vec();
    assert_eq!(
        leaks("its originator's copy", &own, &withheld).len(),
        withheld.len(),
        "they are there to be withheld"
    );
    let gacc = running.partner("cn-gacc");
    let mut findings = Vec::new();
    let (mut answered, mut refused) = (0, 0);
    // The second time most steps are illegal, and say so in other words.
    for _ in 0..2 {
        for outcome in try_everything(&gacc, &name, "cn-gacc").await {
            let (code, message, bytes) = outcome.told();
            // What it says of its own follow-up and of its own trace comes back to it.
            let secrets: Vec<String> = match outcome.path.contains("FollowUpService")
                || outcome.path.contains("TraceService")
            {
                true => withheld.iter().filter(|secret| **secret != mark("internal_note")).cloned().collect(),
                false => withheld.clone(),
            };
            findings.extend(leaks(&outcome.path, bytes, &secrets));
            findings.extend(leaks(&outcome.path, message.as_bytes(), &secrets));
            match code {
                Code::Ok => answered += 1,
                Code::PermissionDenied | Code::FailedPrecondition | Code::AlreadyExists => refused += 1,
                _ => findings.push(format!("{}: {code:?} {message}", outcome.path)),
            }
        }
    }
    assert_none("what a recipient learns by trying every call", &findings);
    assert!(answered > 10 && refused > 10, "{answered} answered, {refused} refused: look at this test");
}
