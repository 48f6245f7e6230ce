//! Registrations: seats, those who wait for them, and offers.

use std::{collections::HashMap, time::Duration};

use futures::StreamExt;
use seamless_proto::seamless::training::v1 as wire;
use seamless_testkit::eventually;
use tonic::{Code, Status};
use wire::RegistrationState::{self, Cancelled, Confirmed, Declined, Expired, Offered, Pending, Waiting};

use super::{published, seen};
use crate::{
    running::{Partner, Running},
    words::{both, fields, reason, registration, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

/// Registers somebody for so many seats.
pub(super) async fn registered(
    partner: &Partner,
    activity: &str,
    name: &str,
    seats: i32,
) -> Result<wire::Registration, Status> {
    let request = wire::RegisterRequest {
        parent: activity.to_owned(),
        registration: Some(registration(name, seats)),
        request_id: request_id(),
        ..Default::default()
    };
    partner.registrations.clone().register(request).await.map(tonic::Response::into_inner)
}

pub(super) async fn withdrawn(partner: &Partner, name: &str) -> Result<wire::Registration, Status> {
    let request = wire::WithdrawRegistrationRequest {
        name: name.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.registrations.clone().withdraw_registration(request).await.map(tonic::Response::into_inner)
}

async fn confirmed(partner: &Partner, name: &str) -> Result<wire::Registration, Status> {
    let request = wire::ConfirmRegistrationRequest {
        name: name.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.registrations.clone().confirm_registration(request).await.map(tonic::Response::into_inner)
}

pub(super) async fn promoted(partner: &Partner, name: &str) -> Result<wire::Registration, Status> {
    let request = wire::PromoteRegistrationRequest {
        name: name.to_owned(),
        reason: "speaks on the second day".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.registrations.clone().promote_registration(request).await.map(tonic::Response::into_inner)
}

pub(super) async fn state_of(partner: &Partner, name: &str) -> RegistrationState {
    let request = wire::GetRegistrationRequest { name: name.to_owned() };
    partner.registrations.clone().get_registration(request).await.unwrap().into_inner().state()
}

/// The terms of an activity as they are to stand.
pub(super) async fn with_terms(
    eu: &Partner,
    name: &str,
    terms: wire::RegistrationTerms,
) -> Result<wire::Activity, Status> {
    let request = wire::UpdateActivityRequest {
        activity: Some(wire::Activity {
            name: name.to_owned(),
            registration: Some(terms),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["registration".to_owned()] }),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.clone().update_activity(request).await.map(tonic::Response::into_inner)
}

/// First come, first served: by withdrawal, by more capacity, by hand with a reason; a larger group is overtaken only where the
/// activity says so.
pub async fn order(running: Running) {
    let (mut eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(3);
    activity.registration.as_mut().unwrap().largest_group = 3;
    let terms = activity.registration.clone().unwrap();
    let name = published(&eu, activity).await.name;
    let first = registered(&gacc, &name, "Li One", 2).await.unwrap();
    let second = registered(&gacc, &name, "Li Two", 1).await.unwrap();
    let group = registered(&gacc, &name, "Li Group", 2).await.unwrap();
    let small = registered(&gacc, &name, "Li Small", 1).await.unwrap();
    let states = [first.state(), second.state(), group.state(), small.state()];
    assert_eq!(states, [Confirmed, Confirmed, Waiting, Waiting]);

    withdrawn(&gacc, &second.name).await.unwrap();
    assert_eq!(state_of(&gacc, &small.name).await, Waiting, "all wait for the larger group");
    let full = promoted(&eu, &group.name).await.unwrap_err();
    assert_eq!((full.code(), reason(&full).as_str()), (Code::FailedPrecondition, "SEATS_TAKEN"));
    assert!(full.message().contains("2 are taken by people and 0 held by offers"), "{full}");

    let overtaking = wire::RegistrationTerms { smaller_may_overtake: true, ..terms.clone() };
    with_terms(&eu, &name, overtaking).await.unwrap();
    assert_eq!(state_of(&gacc, &small.name).await, Confirmed, "now the smaller one may");
    let few =
        with_terms(&eu, &name, wire::RegistrationTerms { capacity: 2, largest_group: 2, ..terms.clone() })
            .await;
    assert!(fields(&few.unwrap_err())[0].1.contains("at least the 3"), "fewer seats than are taken");
    with_terms(&eu, &name, wire::RegistrationTerms { capacity: 5, ..terms }).await.unwrap();
    assert_eq!(state_of(&gacc, &group.name).await, Confirmed);

    let waits = registered(&gacc, &name, "Li Last", 1).await.unwrap();
    let urgent = registered(&gacc, &name, "Li Speaker", 1).await.unwrap();
    assert_eq!((waits.state(), urgent.state()), (Waiting, Waiting));
    let seats = seen(&eu, &name).await.unwrap().seats.unwrap();
    assert_eq!((seats.capacity, seats.confirmed, seats.waiting), (5, 5, 2));
    let cancel = wire::CancelActivityRequest {
        name: name.clone(),
        reason: "The speaker is ill.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.cancel_activity(cancel).await.unwrap();
    assert_eq!(registered(&gacc, &name, "Li Late", 1).await.unwrap_err().code(), Code::FailedPrecondition);
    eventually("all registrations end", SOON, async || {
        let states = [state_of(&gacc, &first.name).await, state_of(&gacc, &waits.name).await];
        if states == [Cancelled, Cancelled] { Ok(()) } else { Err(states) }
    })
    .await;
}

/// Who is next is asked; the seat is held until the offer expires, is declined, or taken. Manual promotion takes a free seat
/// like any other.
pub async fn offers(running: Running) {
    running.set_clock("2027-02-01T09:00:00Z");
    let (eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(1);
    let terms = activity.registration.as_mut().unwrap();
    (terms.offer_hours, terms.approval) = (24, false);
    let name = published(&eu, activity).await.name;
    let has_it = registered(&gacc, &name, "Li One", 1).await.unwrap();
    let mut waiting = Vec::new();
    for next in ["Li Two", "Li Three", "Li Four"] {
        waiting.push(registered(&gacc, &name, next, 1).await.unwrap().name);
    }
    withdrawn(&gacc, &has_it.name).await.unwrap();
    assert_eq!(state_of(&gacc, &waiting[0]).await, Offered);
    let newcomer = registered(&gacc, &name, "Li Five", 1).await.unwrap();
    assert_eq!(newcomer.state(), Waiting, "the seat is held");
    assert!(promoted(&eu, &waiting[2]).await.unwrap_err().message().contains("1 held by offers"));

    running.set_clock("2027-02-02T09:00:05Z");
    let late = confirmed(&gacc, &waiting[0]).await;
    assert!(late.is_err(), "an offer that expired is no more to be taken: {late:?}");
    eventually("the offer expires", SOON, async || {
        let states = [state_of(&gacc, &waiting[0]).await, state_of(&gacc, &waiting[1]).await];
        if states == [Expired, Offered] { Ok(()) } else { Err(states) }
    })
    .await;
    let request = wire::DeclineRegistrationRequest {
        name: waiting[1].clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let declined = gacc.registrations.decline_registration(request).await.unwrap().into_inner();
    assert_eq!((declined.state(), state_of(&gacc, &waiting[2]).await), (Declined, Offered));
    let taken = confirmed(&gacc, &waiting[2]).await.unwrap();
    assert_eq!(taken.state(), Confirmed);
    let steps: Vec<_> = taken.steps.iter().map(|step| (step.state(), step.by.as_str())).collect();
    assert_eq!(steps, [(Waiting, "cn-gacc"), (Offered, ""), (Confirmed, "cn-gacc")]);
    assert_eq!(taken.offer_expire_time, None);
}

/// Everything that is wrong is named at once.
pub async fn wrong(running: Running) {
    let (eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let question = |id: &str, kind: wire::AnswerKind| wire::FormQuestion {
        id: id.to_owned(),
        label: both("Which?", "哪个？"),
        kind: kind.into(),
        required: true,
        ..Default::default()
    };
    let choice = |id: &str| wire::FormChoice { id: id.to_owned(), label: both(id, "选项") };
    let mut activity = webinar(10);
    activity.registration.as_mut().unwrap().form = vec![
        wire::FormQuestion {
            choices: vec![choice("kettles"), choice("irons")],
            ..question("products", wire::AnswerKind::Choices)
        },
        question("consent", wire::AnswerKind::YesNo),
        question("since", wire::AnswerKind::Date),
        question("words", wire::AnswerKind::Text),
    ];
    let name = published(&eu, activity).await.name;
    let answer = |question: &str, value: &str| wire::FormAnswer {
        question: question.to_owned(),
        value: value.to_owned(),
    };
    let mut request = wire::RegisterRequest {
        parent: name.clone(),
        registration: Some(wire::Registration {
            country: "ZZZ".to_owned(),
            people: vec![wire::Person {
                email: "no address".to_owned(),
                zone: "Mars/Base".to_owned(),
                ..Default::default()
            }],
            seats: 900,
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = gacc.registrations.register(request.clone()).await.unwrap_err();
    let named: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    for field in ["country", "audience", "seats", "people[0].email", "people[0].zone", "people[0].full_name"]
    {
        assert!(named.contains(&format!("registration.{field}")), "{field} is not among {named:?}");
    }
    assert!(!format!("{refused:?}").contains("no address"), "what was given is personal data");

    request.registration = Some(wire::Registration {
        answers: vec![
            answer("products", "kettles,toasters"),
            answer("consent", "false"),
            answer("since", "yesterday"),
            answer("words", &"字".repeat(501)),
            answer("shoe-size", "42"),
        ],
        ..registration("Li One", 1)
    });
    let refused = gacc.registrations.register(request.clone()).await.unwrap_err();
    let named: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    let wanted = [
        "answers[0].value",
        "answers[1].value",
        "answers[2].value",
        "answers[3].value",
        "answers[4].question",
    ];
    assert_eq!(named, wanted.map(|field| format!("registration.{field}")));
    let right = registration("Li One", 1);
    let answers = vec![
        answer("products", "kettles,irons"),
        answer("consent", "true"),
        answer("since", "2026-11-29"),
        answer("words", "字"),
    ];
    request.registration = Some(wire::Registration { answers, ..right });
    let made = gacc.registrations.register(request.clone()).await.unwrap().into_inner();
    request.request_id = request_id();
    let twin = gacc.registrations.register(request).await.unwrap_err();
    assert_eq!(twin.code(), Code::AlreadyExists, "{twin}");
    assert!(format!("{twin:?}").contains(&made.name));
}

/// Others see neither people nor that there is a registration; in the feed there are counts alone.
pub async fn strangers(running: Running) {
    let (mut eu, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut canada = running.partner("ca-hc");
    let activity = wire::Activity { visibility: wire::ActivityVisibility::Public.into(), ..webinar(20) };
    let name = published(&eu, activity).await.name;
    let own = registered(&gacc, &name, "Li Secret", 1).await.unwrap();
    let request = wire::GetRegistrationRequest { name: own.name.clone() };
    let shown = eu.registrations.get_registration(request.clone()).await.unwrap().into_inner();
    assert_eq!(shown, own, "the organiser sees all of it");
    let hidden = canada.registrations.get_registration(request).await.unwrap_err();
    assert_eq!(hidden.code(), Code::PermissionDenied);
    let request = wire::ListRegistrationsRequest { parent: name.clone(), ..Default::default() };
    let listed = canada.registrations.list_registrations(request.clone()).await.unwrap().into_inner();
    assert!(listed.registrations.is_empty());
    assert_eq!(
        eu.registrations.list_registrations(request).await.unwrap().into_inner().registrations,
        std::slice::from_ref(&own)
    );

    assert!(canada.told::<wire::RegistrationsCounted>().await.is_empty());
    let counted: Vec<wire::RegistrationsCounted> = gacc.told().await;
    assert_eq!(counted.len(), 1);
    assert_eq!((counted[0].confirmed[0].country.as_str(), counted[0].confirmed[0].seats), ("CN", 1));
    assert!(counted[0].changes.is_empty(), "single steps are the organiser's");
    for partner in [&mut eu, &mut gacc] {
        for event in partner.events().await {
            let told = event.data.unwrap().value;
            let told = String::from_utf8_lossy(&told);
            assert!(!told.contains("Secret") && !told.contains("ningbo.example"), "{}", event.r#type);
        }
    }
}

/// Many doors to the same seats at once, over two replicas: never more than there are, and the order is kept.
pub async fn at_once(running: Running) {
    let eu = running.partner("eu-just");
    let other = running.replica().await;
    let token = running.credentials.token("cn-gacc", &seamless_training::api::authorization::SCOPES);
    let here = running.partner("cn-gacc");
    let there = Partner::on(running.credentials.channel(&other, Some(token)));
    let mut activity = webinar(5);
    activity.sessions.push(session("lab", "2027-03-16T09:00", "Europe/Brussels", 60));
    let terms = activity.registration.clone().unwrap();
    let name = published(&eu, activity).await.name;
    let enter = async |from: usize, to: usize| {
        let made = (from..to).map(|number| {
            let (partner, name) = (if number % 2 == 0 { &here } else { &there }, name.clone());
            async move { registered(partner, &name, &format!("Li Number{number}"), 1).await.unwrap() }
        });
        futures::future::join_all(made).await
    };
    let all = enter(0, 11).await;
    let of = |state: RegistrationState| all.iter().filter(move |one| one.state() == state);
    assert_eq!((of(Confirmed).count(), of(Waiting).count(), of(Pending).count()), (5, 6, 0));
    let leaving: Vec<String> = of(Confirmed).take(2).map(|one| one.name.clone()).collect();
    let mut waiting: Vec<&wire::Registration> = of(Waiting).collect();
    waiting.sort_by_key(|one| one.position);
    let third = waiting[2].name.clone();
    let larger = wire::RegistrationTerms { capacity: 6, ..terms };
    let (_, _, promotion, _, raised) = futures::join!(
        withdrawn(&here, &leaving[0]),
        withdrawn(&there, &leaving[1]),
        promoted(&eu, &third),
        enter(11, 21),
        with_terms(&eu, &name, larger),
    );
    raised.unwrap();
    if let Err(status) = promotion {
        // It had its seat already, or none was free at that moment.
        assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
    }
    replayed(&eu).await;
    let seats = seen(&eu, &name).await.unwrap().seats.unwrap();
    assert_eq!((seats.capacity, seats.confirmed, seats.offered, seats.waiting), (6, 6, 0, 13));
}

/// After every commit, as the feed tells it: seats are never given twice, and whoever gets one without being promoted by hand
/// came before all who still wait.
async fn replayed(organiser: &Partner) {
    let mut waiting: HashMap<String, i64> = HashMap::new();
    let told: Vec<wire::RegistrationsCounted> = organiser.clone().told().await;
    assert!(told.len() > 20);
    for step in told {
        let seats = step.seats.unwrap();
        assert!(seats.confirmed + seats.offered <= seats.capacity, "{step:?}");
        for change in step.changes {
            let was_waiting = waiting.remove(&change.registration).is_some();
            match change.state() {
                Waiting => {
                    waiting.insert(change.registration, change.position);
                }
                Confirmed | Offered if change.reason.is_empty() => {
                    let first = waiting.values().min().copied().unwrap_or(i64::MAX);
                    assert!(change.position < first, "{change:?} before {first}; waited: {was_waiting}");
                }
                _ => {}
            }
        }
    }
}

/// Five hundred at once for twenty seats, over three replicas, while some withdraw, offers expire, others are promoted by hand,
/// and the capacity is raised: nobody gets a seat twice, and the order is kept.
pub async fn crowd(running: Running) {
    const PEOPLE: usize = 500;
    running.set_clock("2027-02-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let mut partners = vec![running.partner("cn-gacc")];
    let token = running.credentials.token("cn-gacc", &seamless_training::api::authorization::SCOPES);
    for _ in 0..2 {
        let replica = running.replica().await;
        partners.push(Partner::on(running.credentials.channel(&replica, Some(token.clone()))));
    }
    let mut activity = webinar(20);
    activity.registration.as_mut().unwrap().offer_hours = 1;
    let terms = activity.registration.clone().unwrap();
    let name = published(&eu, activity).await.name;
    let steps = futures::stream::iter(0..PEOPLE).map(|number| {
        let (partner, eu, name) = (&partners[number % 3], &eu, &name);
        let terms = terms.clone();
        let clock = &running;
        async move {
            let person = format!("Li Number{number}");
            let one = registered(partner, name, &person, 1).await.unwrap();
            match number % 25 {
                // Some leave again, whatever they have; some are put before others; once there are more seats, and time passes.
                3 | 11 => {
                    withdrawn(partner, &one.name).await.unwrap();
                }
                7 => {
                    if let Err(status) = promoted(eu, &one.name).await {
                        assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
                    }
                }
                _ => {}
            }
            if number == 250 {
                clock.credentials.clock().advance(jiff::SignedDuration::from_hours(2));
                let more = wire::RegistrationTerms { capacity: 25, ..terms };
                with_terms(eu, name, more).await.unwrap();
            }
            one.name
        }
    });
    let all: Vec<String> = steps.buffer_unordered(60).collect().await;
    assert_eq!(all.len(), PEOPLE);
    eventually("no seat is free while somebody waits", SOON, async || {
        let seats = seen(&eu, &name).await?.seats.unwrap();
        match seats.capacity == 25 && seats.confirmed + seats.offered == 25 {
            true => Ok(()),
            false => Err(Status::unavailable(format!("{seats:?}"))),
        }
    })
    .await;
    replayed(&eu).await;
}
