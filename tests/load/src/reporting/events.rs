//! The events of alerts that are sent, acknowledged, investigated, traced, and end with a measure.

use prost::{Message, Name};
use prost_types::{Any, Timestamp};
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    notifications::v1::{self as wire, FollowUpState},
};
use uuid::Uuid;

/// What is told of an alert.
pub(super) const EVENTS_OF_AN_ALERT: u64 = 5;
/// Between the sendings of two alerts, in seconds: 200,000 of them fill two years.
const APART: i64 = 315;
/// 1 January 2026.
const FIRST: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

/// The name of an alert; names stand in the order of their numbers.
pub(super) fn name(number: u32) -> String {
    format!("notifications/{}", Uuid::from_u128(u128::from(number)))
}

/// The events of these alerts, behind the last position.
pub(super) fn events_of(alerts: std::ops::Range<u32>, last: &mut i64) -> Vec<Event> {
    let mut told = Teller { events: Vec::new(), last };
    for number in alerts {
        told.alert(number);
    }
    told.events
}

struct Teller<'a> {
    events: Vec<Event>,
    last: &'a mut i64,
}

impl Teller<'_> {
    fn alert(&mut self, number: u32) {
        let sent = FIRST + i64::from(number) * APART;
        let notification = notification(number);
        let mut transmission = wire::Transmission {
            name: format!("{}/transmissions/cn-gacc", notification.name),
            notification: notification.name.clone(),
            recipient: "cn-gacc".to_owned(),
            sender: "eu-just".to_owned(),
            originator: "eu-just".to_owned(),
            arrangement: "eu-cn".to_owned(),
            state: wire::TransmissionState::Sent.into(),
            send_time: time(sent),
            ..Default::default()
        };
        let (told, sending) = (Some(notification), Some(transmission.clone()));
        self.tell(sent, &wire::NotificationTransmitted { notification: told, transmission: sending });
        transmission.acknowledge_time = time(sent + DAY);
        let sending = Some(transmission.clone());
        self.tell(sent + DAY, &wire::TransmissionAcknowledged { transmission: sending });
        let mut follow_up = wire::FollowUp {
            name: format!("{}/followUp", transmission.name),
            transmission: transmission.name.clone(),
            authority: "cn-gacc".to_owned(),
            ..Default::default()
        };
        let days = i64::from(number % 30);
        for (state, after) in [
            (FollowUpState::Investigating, 2 * DAY),
            (FollowUpState::Traced, (3 + days) * DAY),
            (FollowUpState::MeasureAdopted, (5 + 2 * days) * DAY),
        ] {
            let at = sent + after;
            follow_up.state = state.into();
            let step = wire::FollowUpStep { state: state.into(), step_time: time(at), ..Default::default() };
            follow_up.steps.push(step);
            if state == FollowUpState::Traced {
                transmission.first_reaction_time = time(at);
            }
            if state == FollowUpState::MeasureAdopted {
                follow_up.measures.push(wire::Measure {
                    action: wire::MeasureAction::StopOfSales.into(),
                    adopt_time: time(at),
                    ..Default::default()
                });
            }
            let (follow_up, sending) = (Some(follow_up.clone()), Some(transmission.clone()));
            self.tell(at, &wire::FollowUpChanged { follow_up, transmission: sending, ..Default::default() });
        }
    }

    fn tell<E: Message + Name>(&mut self, at: i64, event: &E) {
        let previous_position = *self.last;
        *self.last += 1;
        self.events.push(Event {
            position: *self.last,
            previous_position,
            event_id: Uuid::now_v7().to_string(),
            r#type: E::full_name(),
            occur_time: time(at),
            status: EventStatus::Actual.into(),
            data: Some(Any { type_url: E::type_url(), value: event.encode_to_vec() }),
            ..Event::default()
        });
    }
}

/// An alert as long as those of real life are.
fn notification(number: u32) -> wire::Notification {
    let risk = i32::try_from(1 + number % 21).unwrap_or(1);
    let category = i32::try_from(1 + number % 34).unwrap_or(1);
    wire::Notification {
        name: name(number),
        originator: "eu-just".to_owned(),
        state: wire::NotificationState::Transmitted.into(),
        general: Some(wire::General {
            r#type: wire::NotificationType::SeriousRisk.into(),
            notifying_country: ["DE", "FR", "NL", "IT", "PL"][(number % 5) as usize].to_owned(),
            title: "Children's toy set with small parts that come loose".repeat(4),
            ..Default::default()
        }),
        product: Some(wire::Product { category, ..Default::default() }),
        traceability: Some(wire::Traceability { country_of_origin: "CN".to_owned(), ..Default::default() }),
        risk: Some(wire::Risk {
            types: vec![risk],
            level: wire::RiskLevel::Serious.into(),
            ..Default::default()
        }),
        online: Some(wire::Online { sold_online: Some(number.is_multiple_of(2)), ..Default::default() }),
        ..Default::default()
    }
}

fn time(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos: 0 })
}
