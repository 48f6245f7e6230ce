//! Whatever is done with registrations, in whatever order and at the same time on two replicas: never too many seats, nobody in a session
//! who does not take part, nobody twice, and no seat free for who is next.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use seamless_proto::seamless::training::v1 as wire;
use tonic::{Code, Status};
use wire::RegistrationState::{Confirmed, Offered, Pending, Waiting};

use super::{
    published,
    registrations::{promoted, with_terms, withdrawn},
    seen,
};
use crate::{
    running::{Partner, Running},
    words::{person, registration, request_id, session, webinar},
};

/// Steps that are taken at once, and how often.
const AT_ONCE: usize = 6;
const ROUNDS: usize = 12;
const PEOPLE: u64 = 9;

/// Numbers in an order that nobody would choose, the same each time [D. H. Lehmer's generator].
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        usize::try_from(self.0 % end).unwrap()
    }

    fn seats(&mut self, from: i32, to: u64) -> i32 {
        from + i32::try_from(self.below(to)).unwrap()
    }
}

/// A step that somebody takes.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register {
        who: usize,
        seats: i32,
        in_session: bool,
    },
    /// Of those that are there, by their place.
    Withdraw(usize),
    Transfer(usize, usize),
    Confirm(usize),
    Promote(usize),
    Capacity(i32),
}

fn step(dice: &mut Dice) -> Step {
    let (which, who) = (dice.below(40), dice.below(PEOPLE));
    match dice.below(12) {
        0..=3 => Step::Register { who, seats: dice.seats(1, 3), in_session: false },
        4..=6 => Step::Register { who, seats: dice.seats(1, 2), in_session: true },
        7 | 8 => Step::Withdraw(which),
        // To somebody who may not be there yet.
        9 => Step::Transfer(which, dice.below(3 * PEOPLE)),
        10 if which % 2 == 0 => Step::Confirm(which),
        10 => Step::Promote(which),
        _ => Step::Capacity(dice.seats(4, 5)),
    }
}

fn name_of(who: usize) -> String {
    format!("Li Number{who}")
}

async fn all(organiser: &Partner, activity: &str) -> Vec<wire::Registration> {
    let request =
        wire::ListRegistrationsRequest { parent: activity.to_owned(), page_size: 200, ..Default::default() };
    organiser.registrations.clone().list_registrations(request).await.unwrap().into_inner().registrations
}

async fn taken(
    partner: &Partner,
    eu: &Partner,
    activity: &wire::Activity,
    known: &[String],
    step: Step,
) -> Result<(), Status> {
    let at = |place: usize| known.get(place % known.len().max(1)).cloned().unwrap_or_default();
    let mut registrations = partner.registrations.clone();
    match step {
        Step::Register { who, seats, in_session } => {
            let session = if in_session { "lab".to_owned() } else { String::new() };
            let one = wire::Registration { session, ..registration(&name_of(who), seats) };
            let request = wire::RegisterRequest {
                parent: activity.name.clone(),
                registration: Some(one),
                request_id: request_id(),
                ..Default::default()
            };
            registrations.register(request).await.map(drop)
        }
        Step::Withdraw(place) => withdrawn(partner, &at(place)).await.map(drop),
        Step::Transfer(place, who) => {
            let request = wire::TransferRegistrationRequest {
                name: at(place),
                people: vec![person(&name_of(who))],
                request_id: request_id(),
                ..Default::default()
            };
            registrations.transfer_registration(request).await.map(drop)
        }
        Step::Confirm(place) => {
            let request = wire::ConfirmRegistrationRequest {
                name: at(place),
                request_id: request_id(),
                ..Default::default()
            };
            registrations.confirm_registration(request).await.map(drop)
        }
        Step::Promote(place) => promoted(eu, &at(place)).await.map(drop),
        Step::Capacity(capacity) => {
            let terms = activity.registration.clone().unwrap_or_default();
            with_terms(eu, &activity.name, wire::RegistrationTerms { capacity, ..terms }).await.map(drop)
        }
    }
}

fn is_open(one: &wire::Registration) -> bool {
    matches!(one.state(), Pending | Waiting | Offered | Confirmed)
}

/// What must hold whenever nothing is under way.
fn held(all: &[wire::Registration], seats: wire::Seats, laboratory: i32, may_overtake: bool) {
    for (session, capacity) in [("", seats.capacity), ("lab", laboratory)] {
        let of_it: Vec<_> = all.iter().filter(|one| one.session == session && is_open(one)).collect();
        let sum = |states: &[wire::RegistrationState]| {
            of_it.iter().filter(|one| states.contains(&one.state())).map(|one| one.seats).sum::<i32>()
        };
        let free = capacity - sum(&[Confirmed, Offered]);
        assert!(free >= 0, "{capacity} in {session:?}: {of_it:?}");
        if session.is_empty() {
            let told = (seats.confirmed, seats.offered, seats.waiting);
            assert_eq!(told, (sum(&[Confirmed]), sum(&[Offered]), sum(&[Waiting])));
        }
        let addresses: BTreeSet<&str> = of_it.iter().map(|one| one.people[0].email.as_str()).collect();
        assert_eq!(addresses.len(), of_it.len(), "somebody is there twice: {of_it:?}");
        let mut waiting: BTreeMap<i64, i32> = BTreeMap::new();
        waiting
            .extend(of_it.iter().filter(|one| one.state() == Waiting).map(|one| (one.position, one.seats)));
        let mut next = waiting.values().take(if may_overtake { waiting.len() } else { 1 });
        assert!(next.all(|wanted| *wanted > free), "{free} are free in {session:?}: {waiting:?}");
    }
    for one in all.iter().filter(|one| one.session == "lab" && is_open(one)) {
        let takes_part = |other: &&wire::Registration| {
            other.session.is_empty()
                && other.state() == Confirmed
                && other.people[0].email == one.people[0].email
        };
        assert!(all.iter().any(|other| takes_part(&other)), "in the session alone: {one:?} of {all:#?}");
    }
}

/// Twice twelve rounds of six steps at once, with and without offers and overtaking.
pub async fn at_once(running: Running) {
    const LABORATORY: i32 = 3;
    running.set_clock("2027-02-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let other = running.replica().await;
    let token = running.credentials.token("cn-gacc", &seamless_training::api::authorization::SCOPES);
    let replicas =
        [running.partner("cn-gacc"), Partner::on(running.credentials.channel(&other, Some(token)))];
    let mut done = BTreeSet::new();
    for (seed, may_overtake, offer_hours) in [(20_271, false, 0), (3_001, true, 48), (77_777, false, 48)] {
        let mut dice = Dice(seed);
        let mut activity = webinar(6);
        let terms = activity.registration.as_mut().unwrap();
        (terms.largest_group, terms.smaller_may_overtake, terms.offer_hours) = (3, may_overtake, offer_hours);
        let lab = session("lab", "2027-03-16T09:00", "Europe/Brussels", 60);
        activity.sessions.push(wire::Session { capacity: Some(LABORATORY), ..lab });
        let activity = published(&eu, activity).await;
        for _ in 0..ROUNDS {
            let known: Vec<String> =
                all(&eu, &activity.name).await.into_iter().filter(is_open).map(|one| one.name).collect();
            let steps: Vec<Step> = (0..AT_ONCE).map(|_| step(&mut dice)).collect();
            let taken = steps
                .iter()
                .zip(replicas.iter().cycle())
                .map(|(step, partner)| taken(partner, &eu, &activity, &known, *step));
            for (step, outcome) in steps.iter().zip(join_all(taken).await) {
                match outcome {
                    Ok(()) => {
                        _ = done.insert(format!("{step:?}").split([' ', '(']).next().unwrap().to_owned())
                    }
                    // Refused with a reason, as what others do at the same moment allows.
                    Err(status) => assert!(
                        matches!(
                            status.code(),
                            Code::FailedPrecondition
                                | Code::AlreadyExists
                                | Code::InvalidArgument
                                | Code::Aborted
                                | Code::PermissionDenied
                                | Code::ResourceExhausted
                        ),
                        "{step:?}: {status}"
                    ),
                }
            }
            let seats = seen(&eu, &activity.name).await.unwrap().seats.unwrap();
            held(&all(&eu, &activity.name).await, seats, LABORATORY, may_overtake);
        }
    }
    for what in ["Register", "Withdraw", "Transfer", "Capacity"] {
        assert!(done.contains(what), "{what} was never done: {done:?}");
    }
}
