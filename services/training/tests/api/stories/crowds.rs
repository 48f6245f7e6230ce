//! Many who come for one activity at the same time are decided together, and nobody notices it.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::{join_all, select_all};
use seamless_proto::seamless::training::v1 as wire;
use tonic::{Code, Status};
use wire::RegistrationState::{Confirmed, Waiting};

use super::{published, seen};
use crate::{
    running::{Partner, Running},
    words::{fields, reason, registration, request_id, session, webinar},
};

const SEATS: i32 = 20;

/// What was asked, and what was answered.
type Answered = (wire::RegisterRequest, Result<wire::Registration, Status>);

/// A call that registers somebody.
fn call(activity: &str, registration: wire::Registration) -> wire::RegisterRequest {
    wire::RegisterRequest {
        parent: activity.to_owned(),
        registration: Some(registration),
        request_id: request_id(),
        ..Default::default()
    }
}

async fn register(partner: &Partner, request: wire::RegisterRequest) -> Result<wire::Registration, Status> {
    partner.registrations.clone().register(request).await.map(tonic::Response::into_inner)
}

fn named(refused: &Status) -> Vec<String> {
    fields(refused).into_iter().map(|(field, _)| field).collect()
}

/// All registrations of the activity, in their order.
async fn all(organiser: &Partner, activity: &str) -> Vec<wire::Registration> {
    let request =
        wire::ListRegistrationsRequest { parent: activity.to_owned(), page_size: 200, ..Default::default() };
    let page = organiser.registrations.clone().list_registrations(request).await.unwrap().into_inner();
    assert_eq!(page.next_page_token, "", "all are on the first page");
    page.registrations
}

/// What the feed tells of an activity, step by step.
async fn told(organiser: &Partner) -> Vec<wire::RegistrationsCounted> {
    organiser.clone().told().await
}

/// Twins, wrong ones, repeated ones and trials among many: each gets the answer that it would get alone, and of those that are
/// refused, tried out or repeated nothing is there afterwards.
pub async fn own_answers(running: Running) {
    let [just, china, canada, dutch, german] =
        ["eu-just", "cn-gacc", "ca-hc", "nl-nvwa", "de-baua"].map(|id| running.partner(id));
    let mut activity = webinar(SEATS);
    activity.registration.as_mut().unwrap().largest_group = 3;
    let lab = session("lab", "2027-03-16T09:00", "Europe/Brussels", 60);
    activity.sessions.push(wire::Session { capacity: Some(5), ..lab });
    let name = published(&just, activity).await.name;
    let one = |person: &str| call(&name, registration(person, 1));
    let by_id = |id: &str, person: &str| wire::RegisterRequest { request_id: id.to_owned(), ..one(person) };
    let too_many = || call(&name, registration("Li Many", 4));
    let before = one("Li Before");
    let first = register(&china, before.clone()).await.unwrap();
    let (twice, reused) = (one("Li Twice"), request_id());
    let of_lab = wire::Registration { session: "lab".to_owned(), ..registration("Li Nobody", 1) };

    let mut crowd: Vec<(&str, &Partner, wire::RegisterRequest)> = Vec::new();
    crowd.extend((0..40).map(|number| ("one", &china, one(&format!("Li Number{number}")))));
    crowd.extend((0..6).map(|number| ("one", &china, one(&format!("Li Number{number}")))));
    crowd.extend([("one", &dutch, one("Wu Twin")), ("one", &german, one("Wu Twin"))]);
    crowd.push(("too many", &china, too_many()));
    crowd.push((
        "wrong id, too many",
        &china,
        wire::RegisterRequest { request_id: "once".to_owned(), ..too_many() },
    ));
    crowd.push(("wrong id", &china, by_id("once", "Li Once")));
    crowd.push(("not confirmed", &china, call(&name, of_lab)));
    crowd.push(("a stranger", &canada, one("Li Strange")));
    crowd.push(("repeated", &china, before.clone()));
    crowd.push(("reused", &china, by_id(&before.request_id, "Li Else")));
    crowd.extend([("twice", &china, twice.clone()), ("twice", &china, twice)]);
    crowd.extend([("either", &china, by_id(&reused, "Li A")), ("either", &china, by_id(&reused, "Li B"))]);
    crowd.extend((0..10).map(|number| {
        let trial = wire::RegisterRequest { validate_only: true, ..one(&format!("Li Trial{number}")) };
        ("trial", &china, trial)
    }));
    // Mixed, in the same way each time.
    let mut mixed: Vec<_> = crowd.into_iter().enumerate().collect();
    mixed.sort_by_key(|(number, _)| number * 31 % 67);
    let calls = mixed.into_iter().map(|(_, (what, partner, request))| async move {
        (what, request.clone(), register(partner, request).await)
    });
    let mut answers: BTreeMap<&str, Vec<Answered>> = BTreeMap::new();
    for (what, request, answer) in join_all(calls).await {
        answers.entry(what).or_default().push((request, answer));
    }
    let refused = |what: &str| answers[what][0].1.clone().unwrap_err();

    assert_eq!(named(&refused("too many")), ["registration.seats"]);
    assert_eq!(named(&refused("wrong id, too many")), ["request_id", "registration.seats"]);
    assert_eq!(named(&refused("wrong id")), ["request_id"]);
    assert_eq!(named(&refused("not confirmed")), ["registration.people[0].email"]);
    assert_eq!(refused("a stranger").code(), Code::PermissionDenied);
    assert_eq!(answers["repeated"][0].1.clone().unwrap(), first);
    assert_eq!(reason(&refused("reused")), "REQUEST_ID_REUSED");
    let twice: Vec<_> = answers["twice"].iter().map(|(_, answer)| answer.clone().unwrap()).collect();
    assert_eq!(twice[0], twice[1], "the second gets the answer of the first");
    let either: Vec<_> = answers["either"].iter().map(|(_, answer)| answer.clone()).collect();
    let (made, other): (Vec<_>, Vec<_>) = either.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), reason(&other[0].clone().unwrap_err()).as_str()), (1, "REQUEST_ID_REUSED"));

    let stored = all(&just, &name).await;
    let positions: Vec<i64> = stored.iter().map(|one| one.position).collect();
    assert_eq!(positions, (1..=45).collect::<Vec<i64>>(), "nothing that is not there took a place");
    for one in &stored {
        let state = if one.position <= i64::from(SEATS) { Confirmed } else { Waiting };
        assert_eq!(one.state(), state, "{one:?}");
    }
    let moments: BTreeSet<_> =
        stored.iter().map(|one| one.create_time.map(|time| (time.seconds, time.nanos))).collect();
    assert!(moments.len() < stored.len(), "each was decided by itself");
    let people: BTreeSet<(&str, &str)> =
        stored.iter().map(|one| (one.registrar.as_str(), one.people[0].email.as_str())).collect();
    assert_eq!(people.len(), stored.len(), "an authority registered nobody twice");
    let is_stored = |answer: &wire::Registration| stored.contains(answer);
    let mut twins = 0;
    for (request, answer) in &answers["one"] {
        match answer {
            Ok(made) => assert!(is_stored(made), "{made:?}"),
            Err(twin) => {
                assert_eq!(twin.code(), Code::AlreadyExists, "{twin}");
                let email = &request.registration.as_ref().unwrap().people[0].email;
                let stands = stored.iter().find(|one| one.people[0].email == *email).unwrap();
                assert!(format!("{twin:?}").contains(&stands.name), "{twin}");
                twins += 1;
            }
        }
    }
    assert_eq!(twins, 6);
    assert!(is_stored(&twice[0]) && is_stored(made[0].as_ref().unwrap()));
    for (_, answer) in &answers["trial"] {
        let trial = answer.as_ref().unwrap();
        assert!(!stored.iter().any(|one| one.name == trial.name || one.people == trial.people));
    }
    told_one_by_one(&just, &name, stored.len()).await;
}

/// The feed tells each registration in an event of its own, in their order, with the seats as they were then.
async fn told_one_by_one(organiser: &Partner, activity: &str, registered: usize) {
    let told = told(organiser).await;
    assert_eq!(told.len(), registered);
    for (step, position) in told.iter().zip(1..) {
        let (seats, [change]) = (step.seats.unwrap(), step.changes.as_slice()) else {
            panic!("not one change: {step:?}");
        };
        let taken = i32::try_from(position).unwrap().min(seats.capacity);
        let state = if position <= i64::from(seats.capacity) { Confirmed } else { Waiting };
        assert_eq!((change.position, change.state()), (position, state));
        assert_eq!(seats.confirmed, taken, "{step:?}");
        assert_eq!(i64::from(seats.waiting), position - i64::from(taken), "{step:?}");
    }
    let last = told.last().unwrap().seats.unwrap();
    assert_eq!(seen(organiser, activity).await.unwrap().seats.unwrap(), last, "replayed, the seats agree");
}

/// Who goes away, be it the one that came first, takes nothing of the others along; and gets by the same request what became of it.
pub async fn gone(running: Running) {
    const PEOPLE: usize = 90;
    let (just, china) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&just, webinar(SEATS)).await.name;
    let calls: Vec<wire::RegisterRequest> =
        (0..PEOPLE).map(|number| call(&name, registration(&format!("Li Number{number}"), 1))).collect();
    let mut waiting: Vec<_> = Vec::new();
    for request in &calls {
        let (china, request) = (china.clone(), request.clone());
        waiting.push(tokio::spawn(async move { register(&china, request).await }));
    }
    let goes = |number: usize| number.is_multiple_of(3);
    let aborts: Vec<_> = waiting.iter().map(tokio::task::JoinHandle::abort_handle).collect();
    // The first goes at once; the others, as soon as somebody has his answer.
    aborts[0].abort();
    let stays = waiting.into_iter().enumerate().filter(|(number, _)| !goes(*number)).map(|(_, one)| one);
    let (first, _, rest) = select_all(stays).await;
    aborts.iter().enumerate().filter(|(number, _)| goes(*number)).for_each(|(_, one)| one.abort());
    first.unwrap().unwrap();
    for one in join_all(rest).await {
        one.unwrap().unwrap();
    }
    let gone = calls.iter().enumerate().filter(|(number, _)| goes(*number)).map(|(_, request)| request);
    for request in gone {
        register(&china, request.clone()).await.unwrap();
    }
    let stored = all(&just, &name).await;
    let people: BTreeSet<&str> = stored.iter().map(|one| one.people[0].email.as_str()).collect();
    assert_eq!((stored.len(), people.len()), (PEOPLE, PEOPLE), "each once");
    told_one_by_one(&just, &name, PEOPLE).await;
}

/// Groups of all sizes at once: no seat stays free for which somebody waits who may have it.
pub async fn groups(running: Running) {
    let (just, china) = (running.partner("eu-just"), running.partner("cn-gacc"));
    for may_overtake in [false, true] {
        let mut activity = webinar(SEATS - 1);
        let terms = activity.registration.as_mut().unwrap();
        (terms.largest_group, terms.smaller_may_overtake) = (5, may_overtake);
        let name = published(&just, activity).await.name;
        let steps = told(&just).await.len();
        let calls = (0..45).map(|number| {
            let seats = 1 + (number * 7 + 4) % 5;
            register(&china, call(&name, registration(&format!("Li Number{number}"), seats)))
        });
        for one in join_all(calls).await {
            one.unwrap();
        }
        let mut waiting: BTreeMap<i64, i32> = BTreeMap::new();
        for step in told(&just).await.into_iter().skip(steps) {
            for change in &step.changes {
                match change.state() {
                    Waiting => waiting.insert(change.position, change.seats),
                    _ => waiting.remove(&change.position),
                };
            }
            let seats = step.seats.unwrap();
            let free = seats.capacity - seats.confirmed;
            assert!(free >= 0, "{step:?}");
            assert_eq!(seats.waiting, waiting.values().sum::<i32>());
            let mut next = waiting.values().take(if may_overtake { waiting.len() } else { 1 });
            assert!(next.all(|wanted| *wanted > free), "{free} are free: {waiting:?}");
        }
        let stored = all(&just, &name).await;
        let still: BTreeMap<i64, i32> =
            stored.iter().filter(|one| one.state() == Waiting).map(|one| (one.position, one.seats)).collect();
        assert_eq!(still, waiting, "replayed, those who wait agree");
    }
}
