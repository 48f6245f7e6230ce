//! Random histories: alerts of the EU that are sent to China, handled, withdrawn, revoked and sent again; and the events that each side
//! is shown of them.

use proptest::prelude::*;
use prost::{Message, Name};
use prost_types::Any;
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    notifications::v1::{self as wire, FollowUpState, NotificationState},
};

use crate::hour;

/// What happens to an alert, at an hour.
#[derive(Clone, Debug)]
pub struct Act {
    pub alert: u32,
    pub hour: i64,
    pub kind: Kind,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With this risk; nothing where it stands sent.
    Send(i32),
    Acknowledge,
    Step(FollowUpState),
    /// A new version, with another risk.
    Update(i32),
    Withdraw,
    Revoke,
}

impl Act {
    pub fn alert(&self) -> u32 {
        self.alert
    }
}

const STATES: [FollowUpState; 6] = [
    FollowUpState::Investigating,
    FollowUpState::Traced,
    FollowUpState::NotTraced,
    FollowUpState::MeasureAdopted,
    FollowUpState::NoMeasure,
    FollowUpState::Closed,
];

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        4 => (1..=3).prop_map(Kind::Send),
        1 => Just(Kind::Acknowledge),
        6 => prop::sample::select(STATES.to_vec()).prop_map(Kind::Step),
        1 => (1..=3).prop_map(Kind::Update),
        1 => Just(Kind::Withdraw),
        1 => Just(Kind::Revoke),
    ]
}

/// Acts in the order of their hours, of which those that cannot be are left out.
pub fn histories() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((0..5_u32, 1..50_i64, kind()), 0..60).prop_map(|raw| {
        let (mut acts, mut now) = (Vec::new(), 0);
        let mut stands: [Stand; 5] = Default::default();
        for (alert, wait, kind) in raw {
            now += wait % 9;
            let stand = &mut stands[alert as usize];
            if stand.takes(kind) {
                // No two at the same hour, so that their order is that of their times.
                now += 1;
                acts.push(Act { alert, hour: now, kind });
            }
        }
        acts
    })
}

/// How an alert stands.
#[derive(Clone, Copy, Default)]
struct Stand {
    is_sent: bool,
    is_acknowledged: bool,
    is_withdrawn: bool,
}

impl Stand {
    fn takes(&mut self, kind: Kind) -> bool {
        let may = match kind {
            Kind::Send(_) => !self.is_sent && !self.is_withdrawn,
            Kind::Acknowledge => self.is_sent && !self.is_acknowledged && !self.is_withdrawn,
            Kind::Step(state) => self.is_sent && (!self.is_withdrawn || state == FollowUpState::Closed),
            Kind::Update(_) => self.is_sent && !self.is_withdrawn,
            Kind::Withdraw | Kind::Revoke => self.is_sent && !self.is_withdrawn,
        };
        if may {
            match kind {
                Kind::Send(_) => (self.is_sent, self.is_acknowledged) = (true, false),
                Kind::Acknowledge => self.is_acknowledged = true,
                Kind::Withdraw => self.is_withdrawn = true,
                Kind::Revoke => self.is_sent = false,
                Kind::Step(_) | Kind::Update(_) => {}
            }
        }
        may
    }
}

/// The name of an alert.
pub fn name(alert: u32) -> String {
    format!("notifications/{}", uuid::Uuid::from_u128(alert.into()))
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

/// The events that a side is shown.
pub fn events_of(acts: &[Act], reader: &str) -> Vec<Event> {
    let mut told = Vec::new();
    let mut states: std::collections::HashMap<u32, Wire> = std::collections::HashMap::new();
    for act in acts {
        let state = states.entry(act.alert).or_insert_with(|| Wire::of(act.alert));
        state.after(act, reader, &mut told);
    }
    told
}

/// The events that a side is shown when all of it has happened: of what was revoked nothing that came before, but that it was.
pub fn events_shown_afterwards(acts: &[Act], reader: &str) -> Vec<Event> {
    let told = events_of(acts, reader);
    let lost = |act: &Act, other: &Act| {
        other.alert == act.alert && other.kind == Kind::Revoke && other.hour > act.hour
    };
    let is_shown = |act: &Act| {
        reader != "cn-gacc" || act.kind == Kind::Revoke || !acts.iter().any(|other| lost(act, other))
    };
    acts.iter().zip(told).filter(|(act, _)| is_shown(act)).map(|(_, event)| event).collect()
}

/// An alert as it stands on the wire.
struct Wire {
    notification: wire::Notification,
    transmission: wire::Transmission,
    follow_up: wire::FollowUp,
}

impl Wire {
    fn of(alert: u32) -> Self {
        let name = name(alert);
        let transmission = format!("{name}/transmissions/cn-gacc");
        Self {
            follow_up: wire::FollowUp {
                name: format!("{transmission}/followUp"),
                transmission: transmission.clone(),
                authority: "cn-gacc".to_owned(),
                ..Default::default()
            },
            transmission: wire::Transmission {
                arrangement: "eu-cn".to_owned(),
                name: transmission,
                notification: name.clone(),
                recipient: "cn-gacc".to_owned(),
                sender: "eu-just".to_owned(),
                originator: "eu-just".to_owned(),
                ..Default::default()
            },
            notification: wire::Notification { name, originator: "eu-just".to_owned(), ..Default::default() },
        }
    }

    fn after(&mut self, act: &Act, reader: &str, told: &mut Vec<Event>) {
        let at = act.hour;
        match act.kind {
            Kind::Send(risk) => {
                self.notification.state = NotificationState::Transmitted.into();
                self.set_risk(risk);
                self.transmission.send_time = time(at);
                self.transmission.acknowledge_time = None;
                let (notification, transmission) = (self.notification.clone(), self.transmission.clone());
                let event = wire::NotificationTransmitted {
                    notification: Some(notification),
                    transmission: Some(transmission),
                };
                tell(told, at, &event);
            }
            Kind::Acknowledge => {
                self.transmission.acknowledge_time = time(at);
                let transmission = Some(self.transmission.clone());
                tell(told, at, &wire::TransmissionAcknowledged { transmission });
            }
            Kind::Step(state) => {
                self.follow_up.state = state.into();
                let step =
                    wire::FollowUpStep { state: state.into(), step_time: time(at), ..Default::default() };
                self.follow_up.steps.push(step);
                let (follow_up, transmission) =
                    (Some(self.follow_up.clone()), Some(self.transmission.clone()));
                tell(told, at, &wire::FollowUpChanged { follow_up, transmission, ..Default::default() });
            }
            Kind::Update(risk) => {
                self.set_risk(risk);
                let notification = Some(self.notification.clone());
                tell(told, at, &wire::NotificationUpdated { notification });
            }
            Kind::Withdraw => {
                self.notification.state = NotificationState::Withdrawn.into();
                let notification = Some(self.notification.clone());
                tell(told, at, &wire::NotificationWithdrawn { notification });
            }
            Kind::Revoke => {
                let removal = wire::Removal {
                    notification: self.notification.name.clone(),
                    authority: "cn-gacc".to_owned(),
                    reason: wire::RemovalReason::Revoked.into(),
                    order_time: time(at),
                    ..Default::default()
                };
                tell(told, at, &wire::RemovalOrdered { removal: Some(removal) });
                if reader == "cn-gacc" {
                    // What was before is shown no more, not even within what is shown later.
                    self.follow_up.steps.clear();
                }
            }
        }
    }

    fn set_risk(&mut self, risk: i32) {
        self.notification.risk = Some(wire::Risk { types: vec![risk], ..Default::default() });
    }
}

fn tell<E: Message + Name>(told: &mut Vec<Event>, at: i64, event: &E) {
    told.push(Event {
        position: told.len() as i64 + 1,
        r#type: E::full_name(),
        occur_time: time(at),
        status: EventStatus::Actual.into(),
        data: Some(Any { type_url: E::type_url(), value: event.encode_to_vec() }),
        ..Event::default()
    });
}
