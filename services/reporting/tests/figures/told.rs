//! The events that each side is shown of a history.

use std::collections::{BTreeMap, BTreeSet};

use prost::{Message, Name};
use prost_types::Any;
use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    feed::v1::{Event, EventStatus},
    notifications::v1::{
        self as wire, ClockState, FollowUpState, NotificationState, NotificationType, RemovalReason,
    },
    r#type::v1::CivilDate,
};

use crate::history::{A_DAY, Act, Deadline, History, Kind, NAMED, Narrowed, instant, name, originator, url};

/// An event, and of which act.
struct Told {
    alert: u32,
    at: i64,
    /// The reader loses its right with it.
    is_loss: bool,
    /// It is told to whoever is to remove something, whatever right it has.
    is_of_removal: bool,
    event: Event,
}

/// The events that a side is shown while it all happens.
pub fn events_of(history: &History, reader: &str) -> Vec<Event> {
    told(history, reader, false).into_iter().map(|told| told.event).collect()
}

/// The events that a side is shown when all of it has happened: of what was revoked nothing that came before, but that it was;
/// and of offers on the web nothing that is kept from it by now.
pub fn events_shown_afterwards(history: &History, reader: &str) -> Vec<Event> {
    let told = told(history, reader, true);
    let lost = told.iter().filter(|told| told.is_loss).map(|told| (told.alert, told.at));
    let lost: BTreeMap<u32, i64> = lost.collect();
    let is_shown =
        |told: &Told| told.is_of_removal || lost.get(&told.alert).is_none_or(|lost| told.at > *lost);
    told.into_iter().filter(is_shown).map(|told| told.event).collect()
}

fn told(history: &History, reader: &str, is_afterwards: bool) -> Vec<Told> {
    let mut teller = Teller {
        history,
        reader,
        is_afterwards,
        sendings: BTreeMap::new(),
        alerts: BTreeMap::new(),
        exchange: Exchange::default(),
        now: 0,
        position: 0,
        told: Vec::new(),
    };
    history.acts.iter().for_each(|act| teller.after(act));
    teller.told
}

/// An alert as it stands.
#[derive(Clone, Copy)]
struct Alert {
    state: NotificationState,
    risk: i32,
    narrowed: Narrowed,
    version: i32,
}

/// A sending as it stands, with what the reader is shown of its follow-up.
pub struct Sending {
    pub is_sent: bool,
    pub transmission: wire::Transmission,
    follow_up: wire::FollowUp,
    clocks: Vec<Deadline>,
}

/// What is between the two sides beside follow-ups, as it stands.
#[derive(Default)]
pub struct Exchange {
    /// By alert, recipient and number.
    pub flags: BTreeMap<(u32, &'static str, usize), wire::Conversation>,
    /// When each recipient reported the offer last.
    pub reports: BTreeMap<(u32, &'static str), i64>,
    /// Those that did so of this sending.
    pub reported: BTreeSet<(u32, &'static str)>,
    /// When each recipient assessed first, and what it said last.
    pub assessed: BTreeMap<(u32, &'static str), (i64, i32)>,
    /// What is to be confirmed.
    pub removals: BTreeMap<(u32, &'static str), Vec<wire::Removal>>,
}

pub struct Teller<'h> {
    pub history: &'h History,
    pub reader: &'h str,
    /// It is told when all has happened.
    pub is_afterwards: bool,
    alerts: BTreeMap<u32, Alert>,
    pub sendings: BTreeMap<(u32, &'static str), Sending>,
    pub exchange: Exchange,
    /// The moment of what happens.
    now: i64,
    /// Of the last event, also where the reader is shown it no more.
    pub position: i64,
    told: Vec<Told>,
}

impl Teller<'_> {
    fn after(&mut self, act: &Act) {
        let (alert, at) = (act.alert, act.at);
        self.now = at;
        let made = self.history.made(alert);
        let state = self.alerts.entry(alert).or_insert(Alert {
            state: NotificationState::Transmitted,
            risk: made.risk,
            narrowed: Narrowed::default(),
            version: 1,
        });
        let before = state.narrowed;
        state.version += i32::from(matches!(act.kind, Kind::Update(_) | Kind::Narrow(_) | Kind::Name(_)));
        match act.kind {
            Kind::OwnLook(offer, found) => return self.own_look(act, offer, found),
            Kind::Update(risk) => state.risk = risk,
            Kind::Narrow(narrowed) => state.narrowed = narrowed,
            Kind::Withdraw => state.state = NotificationState::Withdrawn,
            _ => {}
        }
        if act.is_of_alert() {
            let is_shown = originator(alert) == self.reader
                || self.sendings.get(&(alert, self.reader_of(alert))).is_some_and(|sending| sending.is_sent);
            if is_shown {
                let notification = Some(self.notification(alert));
                match act.kind {
                    Kind::Withdraw => self.tell(act, &wire::NotificationWithdrawn { notification }),
                    _ => self.tell(act, &wire::NotificationUpdated { notification }),
                }
            }
            let recipients: Vec<&'static str> =
                self.sendings.keys().filter(|(of, _)| *of == alert).map(|(_, to)| *to).collect();
            recipients.into_iter().for_each(|to| self.tell_clocks(act, to));
            match act.kind {
                Kind::Withdraw => self.order_of_all(act, RemovalReason::Withdrawn),
                Kind::Narrow(now) if now.hides_more_than(before) => {
                    self.order_of_all(act, RemovalReason::Downgraded);
                }
                _ => {}
            }
            return;
        }
        let to = act.to;
        let sending = self.sendings.entry((alert, to)).or_insert_with(|| Sending::of(alert, to));
        if act.is_reaction() {
            sending.transmission.first_reaction_time = sending.transmission.first_reaction_time.or(time(at));
        }
        match act.kind {
            Kind::Send => {
                sending.is_sent = true;
                let sent = &mut sending.transmission;
                (sent.send_time, sent.acknowledge_time, sent.first_reaction_time) = (time(at), None, None);
                let transmission = Some(sent.clone());
                let notification = Some(self.notification(alert));
                self.tell_party(act, &wire::NotificationTransmitted { notification, transmission });
            }
            Kind::Acknowledge => {
                sending.transmission.acknowledge_time = time(at);
                let transmission = Some(sending.transmission.clone());
                self.tell_party(act, &wire::TransmissionAcknowledged { transmission });
            }
            Kind::Step(state) => self.step(act, state),
            Kind::Measure(action) => {
                sending.follow_up.measures.push(wire::Measure {
                    action,
                    obligation: action,
                    adopt_time: time(at),
                    ..Default::default()
                });
                self.step(act, FollowUpState::MeasureAdopted);
            }
            Kind::Revoke => {
                sending.is_sent = false;
                if self.reader == to {
                    // What was before is shown no more, not even within what is shown later.
                    *sending = Sending::of(alert, to);
                }
                self.exchange.reported.remove(&(alert, to));
                let left = self.history.is_left(act);
                let reason = if left { RemovalReason::ArrangementLeft } else { RemovalReason::Revoked };
                self.order(act, to, reason);
            }
            // Of questions the clocks alone are looked at here.
            Kind::Ask(_) | Kind::Answer(_) => {}
            Kind::Update(_) | Kind::Narrow(_) | Kind::Withdraw | Kind::Name(_) | Kind::OwnLook(..) => {
                unreachable!("they are of the alert")
            }
            _ => self.exchange(act),
        }
        self.tell_clocks(act, to);
    }

    fn step(&mut self, act: &Act, state: FollowUpState) {
        let Some(sending) = self.sendings.get_mut(&(act.alert, act.to)) else { return };
        sending.follow_up.state = state.into();
        match state {
            FollowUpState::NoMeasure => sending.follow_up.no_measure = Some(no_measure()),
            FollowUpState::Closed => {}
            _ => sending.follow_up.no_measure = None,
        }
        let step = wire::FollowUpStep { state: state.into(), step_time: time(act.at), ..Default::default() };
        sending.follow_up.steps.push(step);
        let follow_up = Some(sending.follow_up.clone());
        let transmission = Some(sending.transmission.clone());
        self.tell_party(act, &wire::FollowUpChanged { follow_up, transmission, ..Default::default() });
    }

    /// The clocks of a sending that are another than they were, to those who may know it.
    fn tell_clocks(&mut self, act: &Act, to: &'static str) {
        let known = self.history.deadlines(act.alert, to, act.at);
        let Some(sending) = self.sendings.get_mut(&(act.alert, to)) else { return };
        let is_shown = originator(act.alert) == self.reader || (self.reader == to && sending.is_sent);
        let of = |clock: &Deadline| Deadline { due: 0, ..clock.clone() };
        let changed: Vec<Deadline> =
            known.iter().filter(|clock| !sending.clocks.contains(&of(clock))).cloned().collect();
        sending.clocks = known.iter().map(of).collect();
        let transmission = sending.transmission.name.clone();
        for deadline in changed.into_iter().filter(|_| is_shown) {
            let (rule, clock) = (deadline.rule, Some(clock(&transmission, &deadline)));
            let is_open = clock.as_ref().is_some_and(|clock| clock.state == i32::from(ClockState::Paused));
            match (act.kind, rule, is_open) {
                (Kind::Ask(_), _, true) => self.tell(act, &wire::ClockPaused { clock }),
                (Kind::Answer(_), _, false) => self.tell(act, &wire::ClockResumed { clock }),
                _ => self.tell(act, &wire::ClockChanged { clock, ..Default::default() }),
            }
        }
    }

    /// What the reader is shown of an alert.
    fn notification(&self, alert: u32) -> wire::Notification {
        let (made, is_own) = (self.history.made(alert), originator(alert) == self.reader);
        let Alert { state, risk, narrowed, version } = self.alerts[&alert];
        let date = |day: jiff::civil::Date| CivilDate {
            year: day.year().into(),
            month: day.month().into(),
            day: day.day().into(),
        };
        let (day, is_published) = made.imported.unzip();
        let kind = if made.follows_up { NotificationType::FollowUp } else { NotificationType::Unspecified };
        let general = wire::General {
            r#type: kind.into(),
            source: day.map(|_| "Safety Gate".to_owned()).unwrap_or_default(),
            notification_date: day.filter(|_| is_published == Some(false)).map(date),
            publication_date: day.map(date),
            notifying_country: made.country.unwrap_or_default().to_owned(),
            ..Default::default()
        };
        let is_kept = |narrowed: bool| !narrowed || is_own;
        // The arrangement of the EU with Canada keeps the risk back.
        let travels = is_own || self.reader == "cn-gacc";
        let risk = wire::Risk {
            types: if is_kept(narrowed.risk) { vec![risk] } else { Vec::new() },
            level: made.level,
            ..Default::default()
        };
        let shows_offers = self.shows_offers(alert, narrowed);
        let named = (0..NAMED).filter(|offer| self.named(alert) & (1 << offer) > 0);
        let listings = named.map(|offer| wire::Listing {
            url: if shows_offers { url(offer) } else { String::new() },
            marketplace: "a marketplace".to_owned(),
            live: (offer > 0).then_some(true),
            ..Default::default()
        });
        let online = wire::Online {
            sold_online: made.sold_online.filter(|_| is_kept(narrowed.sold_online)),
            listings: listings.collect(),
        };
        let paths = [
            (narrowed.risk, "risk.types"),
            (narrowed.sold_online, "online.sold_online"),
            (narrowed.listings, "online.listings.url"),
        ];
        let paths = paths.into_iter().filter(|(is_narrowed, _)| *is_narrowed && is_own);
        let disclosures = paths.map(|(_, path)| FieldDisclosure {
            path: path.to_owned(),
            audience: Audience::Originator.into(),
            reason: String::new(),
        });
        wire::Notification {
            name: name(alert),
            originator: originator(alert).to_owned(),
            state: state.into(),
            version,
            general: Some(general),
            risk: Some(risk).filter(|_| travels),
            online: Some(online),
            disclosures: disclosures.collect(),
            ..Default::default()
        }
    }

    /// The offers that an alert names, by bits, at the moment of what was told last of it.
    pub fn named(&self, alert: u32) -> u8 {
        self.history.shown_at(alert, self.now).1
    }

    /// Whether the reader is shown the addresses of offers, which this hides: then, and by now where it is told afterwards.
    pub fn shows_offers(&self, alert: u32, then: Narrowed) -> bool {
        let now = self.history.shown_at(alert, self.history.end()).0;
        let is_hidden = then.listings || (self.is_afterwards && now.listings);
        originator(alert) == self.reader || !is_hidden
    }

    /// The reader as a recipient of the alert.
    fn reader_of(&self, alert: u32) -> &'static str {
        let recipients = crate::history::recipients(alert).iter();
        recipients.copied().find(|to| *to == self.reader).unwrap_or_default()
    }

    /// To the originator and the recipient of a sending.
    pub fn tell_party<E: Message + Name>(&mut self, act: &Act, event: &E) {
        if self.reader == act.to || self.reader == originator(act.alert) {
            self.tell(act, event);
        }
    }

    pub fn tell<E: Message + Name>(&mut self, act: &Act, event: &E) {
        self.position += 1;
        let is_exercise = self.history.made(act.alert).is_exercise;
        let event = Event {
            position: self.position,
            r#type: E::full_name(),
            occur_time: time(act.at),
            status: if is_exercise { EventStatus::Exercise } else { EventStatus::Actual }.into(),
            data: Some(Any { type_url: E::type_url(), value: event.encode_to_vec() }),
            ..Event::default()
        };
        let is_loss = act.kind == Kind::Revoke && act.to == self.reader;
        let is_of_removal =
            [wire::RemovalOrdered::full_name(), wire::RemovalConfirmed::full_name()].contains(&event.r#type);
        self.told.push(Told { alert: act.alert, at: act.at, is_loss, is_of_removal, event });
    }
}

impl Sending {
    fn of(alert: u32, to: &str) -> Self {
        let notification = name(alert);
        let transmission = format!("{notification}/transmissions/{to}");
        let is_with_china = to == "cn-gacc";
        Self {
            is_sent: false,
            clocks: Vec::new(),
            follow_up: wire::FollowUp {
                name: format!("{transmission}/followUp"),
                transmission: transmission.clone(),
                authority: to.to_owned(),
                ..Default::default()
            },
            transmission: wire::Transmission {
                arrangement: if is_with_china { "eu-cn" } else { "eu-ca" }.to_owned(),
                name: transmission,
                notification,
                recipient: to.to_owned(),
                sender: originator(alert).to_owned(),
                originator: originator(alert).to_owned(),
                ..Default::default()
            },
        }
    }
}

fn no_measure() -> wire::NoMeasure {
    wire::NoMeasure { reason: wire::NoMeasureReason::AlreadyCorrected.into(), ..Default::default() }
}

fn clock(transmission: &str, deadline: &Deadline) -> wire::Clock {
    let is_paused = deadline.pauses.iter().any(|(_, _, until)| until.is_none());
    let state = match (deadline.stopped, deadline.cancelled) {
        (Some(_), _) => ClockState::Stopped,
        (None, Some(_)) => ClockState::Cancelled,
        (None, None) if is_paused => ClockState::Paused,
        (None, None) => ClockState::Running,
    };
    let pauses = deadline.pauses.iter().map(|(question, from, until)| wire::ClockPause {
        question: format!("conversations/{question}"),
        start_time: time(*from),
        end_time: until.and_then(time),
    });
    let rule = wire::ClockRule {
        rule_id: deadline.rule.to_owned(),
        length_days: ((deadline.due - deadline.start) / A_DAY) as i32,
        ..Default::default()
    };
    wire::Clock {
        name: format!("{transmission}/clocks/{}", deadline.rule),
        transmission: transmission.to_owned(),
        rule: Some(rule),
        state: state.into(),
        start_time: time(deadline.start),
        due_time: time(deadline.due),
        pauses: pauses.collect(),
        stop_time: deadline.stopped.and_then(time),
        cancel_time: deadline.cancelled.and_then(time),
        ..Default::default()
    }
}

/// An instant on the wire.
pub fn time(moment: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: instant(moment).as_second(), nanos: 0 })
}
