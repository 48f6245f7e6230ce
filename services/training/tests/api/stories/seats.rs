//! Who may have a seat, and until when: groups that fit, registration until the last meeting begins, and no seat after that.

use std::time::Duration;

use seamless_proto::seamless::training::v1 as wire;
use seamless_testkit::eventually;
use tonic::Status;
use wire::RegistrationState::{self, Confirmed, Expired, Offered, Pending, Waiting};

use super::{
    created,
    obligations::held,
    published,
    registrations::{promoted, registered, state_of, with_terms, withdrawn},
    seen,
};
use crate::{
    running::{Partner, Running},
    words::{at, fields, local, person, reason, registration, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

async fn for_session(
    partner: &Partner,
    activity: &str,
    id: &str,
    name: &str,
    seats: i32,
) -> Result<wire::Registration, Status> {
    let request = wire::RegisterRequest {
        parent: activity.to_owned(),
        registration: Some(wire::Registration { session: id.to_owned(), ..registration(name, seats) }),
        request_id: request_id(),
        ..Default::default()
    };
    partner.registrations.clone().register(request).await.map(tonic::Response::into_inner)
}

/// A session with seats of its own beside the day of the activity.
fn with_laboratory(capacity: i32, start: &str) -> wire::Activity {
    let mut activity = webinar(10);
    activity.registration.as_mut().unwrap().largest_group = 5;
    let laboratory = session("laboratory", start, "Europe/Brussels", 60);
    activity.sessions.push(wire::Session { capacity: Some(capacity), ..laboratory });
    activity
}

/// A group that can never have its seats is refused, and holds nobody up: of a session, and where the capacity is lowered.
pub async fn groups_that_fit(running: Running) {
    running.set_clock("2027-01-10T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = with_laboratory(3, "2027-03-16T09:00");
    let (name, sessions) = (published(&eu, activity.clone()).await.name, activity.sessions);
    let group = registered(&gacc, &name, "Li Group", 5).await.unwrap();
    registered(&gacc, &name, "Li One", 1).await.unwrap();
    for (who, seats, wanted) in [
        ("Li Group", 5, "wants at most 3 in this session; got 5"),
        ("Li One", 2, "wants at most the 1 that it has of the activity; got 2"),
    ] {
        let refused = for_session(&gacc, &name, "laboratory", who, seats).await.unwrap_err();
        assert_eq!(fields(&refused), [("registration.seats".to_owned(), wanted.to_owned())]);
    }
    for_session(&gacc, &name, "laboratory", "Li One", 1).await.unwrap();
    let rest = for_session(&gacc, &name, "laboratory", "Li Group", 3).await.unwrap();
    assert_eq!(rest.state(), Waiting, "one seat is taken");

    // Fewer seats than who waits wants: its registration is named.
    let lowered = |sessions: Vec<wire::Session>| wire::RescheduleActivityRequest {
        name: name.clone(),
        sessions,
        reason: "A smaller room.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let mut smaller = sessions.clone();
    smaller[1].capacity = Some(2);
    let refused = eu.activities.clone().reschedule_activity(lowered(smaller.clone())).await.unwrap_err();
    let [(field, wanted)]: [_; 1] = fields(&refused).try_into().unwrap();
    assert_eq!(field, "sessions[1].capacity");
    assert!(wanted.contains("at least the 3") && wanted.contains(&rest.name), "{wanted}");
    withdrawn(&gacc, &rest.name).await.unwrap();
    eu.activities.clone().reschedule_activity(lowered(smaller)).await.unwrap();

    let terms =
        wire::RegistrationTerms { capacity: 10, largest_group: 5, waiting_list: true, ..Default::default() };
    let second = registered(&gacc, &name, "Li Second", 5).await.unwrap();
    let last = registered(&gacc, &name, "Li Last", 1).await.unwrap();
    assert_eq!((second.state(), last.state()), (Waiting, Waiting));
    withdrawn(&gacc, &group.name).await.unwrap();
    let third = registered(&gacc, &name, "Li Third", 5).await.unwrap();
    assert_eq!((state_of(&gacc, &second.name).await, third.state()), (Confirmed, Waiting));
    withdrawn(&gacc, &second.name).await.unwrap();
    let fourth = registered(&gacc, &name, "Li Fourth", 5).await.unwrap();
    assert_eq!(fourth.state(), Waiting);
    withdrawn(&gacc, &third.name).await.unwrap();
    withdrawn(&gacc, &fourth.name).await.unwrap();
    let seats = seen(&eu, &name).await.unwrap().seats.unwrap();
    assert_eq!((seats.confirmed, seats.waiting), (2, 0));
    let few = wire::RegistrationTerms { capacity: 4, largest_group: 4, ..terms.clone() };
    with_terms(&eu, &name, few).await.unwrap();
    let waits = registered(&gacc, &name, "Li Waits", 3).await.unwrap();
    assert_eq!(waits.state(), Waiting);
    let fewer = wire::RegistrationTerms { capacity: 2, largest_group: 2, ..terms };
    let refused = with_terms(&eu, &name, fewer).await.unwrap_err();
    let [(field, wanted)]: [_; 1] = fields(&refused).try_into().unwrap();
    assert_eq!(field, "activity.registration.capacity");
    assert!(wanted.contains("at least the 3") && wanted.contains(&waits.name), "{wanted}");
}

/// A weekly series: people register until its last meeting begins, and for a session until its own does; registration closes no later.
pub async fn until_the_last_meeting(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let weekly =
        |count: u8| wire::Recurrence { rule: format!("FREQ=WEEKLY;COUNT={count}"), ..Default::default() };
    let mut activity = with_laboratory(3, "2027-03-16T09:00");
    activity.sessions[0].recurrence = Some(weekly(3));
    let closing = |closes: &str| {
        let mut activity = activity.clone();
        activity.registration.as_mut().unwrap().closes = local(closes, "Europe/Brussels");
        wire::CreateActivityRequest {
            activity: Some(activity),
            request_id: request_id(),
            ..Default::default()
        }
    };
    let refused = eu.activities.clone().create_activity(closing("2027-03-29T09:01")).await.unwrap_err();
    let [(field, wanted)]: [_; 1] = fields(&refused).try_into().unwrap();
    assert_eq!(field, "activity.registration.closes");
    assert!(wanted.contains("behind the beginning of the last meeting, 2027-03-29T07:00:00Z"), "{wanted}");
    eu.activities.clone().create_activity(closing("2027-03-29T09:00")).await.unwrap();
    let mut opens_late = activity.clone();
    opens_late.registration.as_mut().unwrap().opens = local("2027-03-22T12:00", "Europe/Brussels");
    created(&eu, opens_late).await;

    let name = published(&eu, activity).await.name;
    running.set_clock("2027-03-16T07:30:00Z");
    let gacc = running.partner("cn-gacc");
    registered(&gacc, &name, "Li One", 1).await.unwrap();
    for_session(&gacc, &name, "laboratory", "Li One", 1).await.unwrap();
    running.set_clock("2027-03-16T08:00:00Z");
    let gacc = running.partner("cn-gacc");
    registered(&gacc, &name, "Li Two", 1).await.unwrap();
    let late = for_session(&gacc, &name, "laboratory", "Li Two", 1).await.unwrap_err();
    assert_eq!(reason(&late), "ILLEGAL_TRANSITION");
    assert!(format!("{late:?}").contains("registration closed at 2027-03-16T08:00:00Z"), "{late:?}");
    running.set_clock("2027-03-29T06:59:00Z");
    registered(&running.partner("cn-gacc"), &name, "Li Three", 1).await.unwrap();
    running.set_clock("2027-03-29T07:00:00Z");
    let late = registered(&running.partner("cn-gacc"), &name, "Li Four", 1).await.unwrap_err();
    assert_eq!(reason(&late), "ILLEGAL_TRANSITION");
    assert!(format!("{late:?}").contains("registration closed at 2027-03-29T07:00:00Z"), "{late:?}");
}

/// Nobody gets a seat once the last meeting has begun, and no offer holds one longer; what waits still ends when it was held.
pub async fn no_seat_after_it(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut asking = webinar(1);
    asking.registration.as_mut().unwrap().offer_hours = 48;
    let asking = published(&eu, asking).await.name;
    let plain = published(&eu, webinar(1)).await.name;
    let mut chosen = webinar(1);
    chosen.registration.as_mut().unwrap().approval = true;
    let chosen = published(&eu, chosen).await.name;
    let mut made = Vec::new();
    for name in [&asking, &plain] {
        for who in ["Li One", "Li Two", "Li Three"] {
            made.push(registered(&gacc, name, who, 1).await.unwrap().name);
        }
    }
    let [first, second, third, one, two, _] = made.try_into().unwrap();
    let pending = registered(&gacc, &chosen, "Li One", 1).await.unwrap();
    assert_eq!(pending.state(), Pending);

    running.set_clock("2027-03-15T05:00:00Z");
    let gacc = running.partner("cn-gacc");
    withdrawn(&gacc, &first).await.unwrap();
    let request = wire::GetRegistrationRequest { name: second.clone() };
    let offered = gacc.registrations.clone().get_registration(request).await.unwrap().into_inner();
    assert_eq!((offered.state(), offered.offer_expire_time), (Offered, at("2027-03-15T08:00:00Z")));

    // It begins: the offer ends, and neither that seat nor one that is given back goes to anybody.
    running.set_clock("2027-03-15T08:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let stands = async |name: &str, wanted: RegistrationState| {
        eventually("the registration stands so", SOON, async || {
            let state = state_of(&gacc, name).await;
            if state == wanted { Ok(()) } else { Err(state) }
        })
        .await
    };
    stands(&second, Expired).await;
    assert_eq!(state_of(&gacc, &third).await, Waiting);
    withdrawn(&gacc, &one).await.unwrap();
    assert_eq!(state_of(&gacc, &two).await, Waiting);
    let begun = "the last meeting began at 2027-03-15T08:00:00Z";
    let refused = promoted(&eu, &two).await.unwrap_err();
    assert!(format!("{refused:?}").contains(begun), "{refused:?}");
    let request = wire::ApproveRegistrationRequest {
        name: pending.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = eu.registrations.clone().approve_registration(request).await.unwrap_err();
    assert!(format!("{refused:?}").contains(begun), "{refused:?}");
    let more = wire::RegistrationTerms { capacity: 3, waiting_list: true, ..Default::default() };
    with_terms(&eu, &plain, more).await.unwrap();
    assert_eq!(state_of(&gacc, &two).await, Waiting);

    // It took place: nobody waits any more.
    for name in [&asking, &plain, &chosen] {
        held(&eu, name).await;
    }
    for name in [&third, &two, &pending.name] {
        stands(name, Expired).await;
    }
    for name in [&asking, &plain, &chosen] {
        let seats = seen(&eu, name).await.unwrap().seats.unwrap();
        assert_eq!((seats.confirmed, seats.offered, seats.waiting, seats.pending), (0, 0, 0, 0));
    }
}

/// A corrected name is corrected in the sessions as well.
pub async fn renamed(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = published(&eu, with_laboratory(3, "2027-03-16T09:00")).await.name;
    let one = registered(&gacc, &name, "Li One", 1).await.unwrap();
    let own = for_session(&gacc, &name, "laboratory", "Li One", 1).await.unwrap();
    let request = wire::TransferRegistrationRequest {
        name: one.name,
        people: vec![wire::Person { full_name: "Li Onne".to_owned(), ..person("Li One") }],
        request_id: request_id(),
        ..Default::default()
    };
    gacc.registrations.clone().transfer_registration(request).await.unwrap();
    let request = wire::GetRegistrationRequest { name: own.name };
    let own = gacc.registrations.clone().get_registration(request).await.unwrap().into_inner();
    assert_eq!(own.people[0].full_name, "Li Onne");
}
