//! A ledger under everything that may happen to an alert, in any order, against an independent account of what must stand
//! in it.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use futures::executor::block_on;
use jiff::Timestamp;
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};

use seamless_notifications::domain::{
    Caller, ChangeSet, DomainError, Refusal, Rules,
    ledger::{ContentSeal, Fact, Ledger},
    model::{
        EventStatus, EvidenceEntry, EvidenceKind, MeasureAction, NoMeasure, NoMeasureReason, NotTracedReason,
        Notification, Sha256Digest, Step, Tracing, TracingOutcome, Transmission, UnreadableReason,
    },
    ports::TransmissionReader,
    relation::Relation,
    use_cases::{
        AcknowledgeTransmission, CreateNotification, RecordEvidence, ReportUnreadable, RevokeTransmission,
        StartFollowUp, SubmitNotification, TakeFollowUpStep, TransmitNotification, UpdateNotification,
        ValidateNotification, ValidationDecision, WithdrawNotification,
    },
};

use crate::{EverythingPublic, life_cycle::complete, measure, memory::Memory};

/// Tells versions apart, and how often what is shown of them has changed since the beginning.
#[derive(Default)]
struct Shown(AtomicU8);

impl ContentSeal for Shown {
    fn content(&self, notification: &Notification, _: &Relation) -> Sha256Digest {
        let mut digest = [u8::try_from(notification.version).unwrap(); 32];
        digest[31] = self.0.load(Ordering::Relaxed);
        digest
    }

    fn salt(&self) -> [u8; 16] {
        [7; 16]
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Update,
    TransmitElsewhere,
    Deliver(u32),
    Open,
    Acknowledge,
    Report(u32, UnreadableReason),
    Start,
    GiveUpTracing,
    AdoptMeasure,
    RecordNoMeasure,
    Withdraw,
    TakeOff,
    SendAgain,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let reason = prop::sample::select(vec![UnreadableReason::WrongSchema, UnreadableReason::Translation]);
    let act = prop_oneof![
        3 => Just(Act::Update),
        1 => Just(Act::TransmitElsewhere),
        4 => (1..5_u32).prop_map(Act::Deliver),
        3 => Just(Act::Open),
        3 => Just(Act::Acknowledge),
        4 => (1..5_u32, reason).prop_map(|(version, reason)| Act::Report(version, reason)),
        3 => Just(Act::Start),
        3 => Just(Act::GiveUpTracing),
        4 => Just(Act::AdoptMeasure),
        1 => Just(Act::RecordNoMeasure),
        1 => Just(Act::Withdraw),
        2 => Just(Act::TakeOff),
        4 => Just(Act::SendAgain),
    ];
    prop::collection::vec(act, 0..40)
}

/// The recipient's side of the story as a person would tell it.
struct Account {
    version: u32,
    withdrawn: bool,
    taken_off: bool,
    acknowledged: bool,
    /// The versions that were sent since the notification was sent first, or again.
    sent: Vec<u32>,
    /// How many entries are about earlier sendings.
    earlier: usize,
    /// How many earlier sendings there are.
    sendings: u8,
    /// The follow-up's state in one word; none before it begins.
    follow_up: Option<&'static str>,
    /// False after it was sent again, until the follow-up goes on.
    taken_up: bool,
    steps: u32,
    /// Kind, version, what tells entries of one kind and version apart, and which sending they are about.
    entries: Vec<(EvidenceKind, u32, u32, u8)>,
}

impl Account {
    fn enter(&mut self, kind: EvidenceKind, version: u32, which: u32) {
        if !self.holds(kind, version, which) {
            self.entries.push((kind, version, which, self.sendings));
        }
    }

    fn holds(&self, kind: EvidenceKind, version: u32, which: u32) -> bool {
        self.entries[self.earlier..].contains(&(kind, version, which, self.sendings))
    }

    /// Tells what the act must do; false where it must be refused.
    fn tell(&mut self, act: Act) -> bool {
        use EvidenceKind::{Acknowledged, Acted, Delivered, Opened, Sent, Unreadable};
        match act {
            Act::Update if !self.withdrawn => {
                self.version += 1;
                if !self.taken_off {
                    self.sent.push(self.version);
                    self.enter(Sent, self.version, 0);
                }
            }
            Act::TakeOff if !self.taken_off => self.taken_off = true,
            Act::SendAgain if self.withdrawn => return false,
            Act::SendAgain if self.taken_off => {
                self.taken_off = false;
                self.acknowledged = false;
                self.taken_up = false;
                self.sendings += 1;
                self.earlier = self.entries.len();
                self.sent = vec![self.version];
                self.enter(Sent, self.version, 0);
            }
            Act::SendAgain => {}
            Act::Withdraw if !self.withdrawn => self.withdrawn = true,
            Act::TransmitElsewhere => return !self.withdrawn,
            // Whoever was taken off has a right to none of the events, and does nothing.
            _ if self.taken_off => return false,
            Act::Deliver(version) if self.sent.contains(&version) => self.enter(Delivered, version, 0),
            // Nothing that was not sent can be delivered: no event has carried it.
            Act::Deliver(_) => {}
            Act::Open => self.enter(Opened, self.version, 0),
            Act::Acknowledge if !self.withdrawn && !self.acknowledged => {
                self.acknowledged = true;
                self.enter(Acknowledged, self.version, 0);
            }
            Act::Report(version, reason) => {
                let is_refused =
                    self.withdrawn || !self.sent.contains(&version) || self.holds(Acknowledged, version, 0);
                if is_refused && !self.holds(Unreadable, version, reason as u32) {
                    return false;
                }
                self.enter(Unreadable, version, reason as u32);
            }
            Act::Start if self.acknowledged && !self.withdrawn && !self.taken_up => {
                self.follow_up = Some("investigating");
                self.taken_up = true;
                self.steps += 1;
            }
            Act::GiveUpTracing | Act::AdoptMeasure | Act::RecordNoMeasure if !self.taken_up => return false,
            Act::GiveUpTracing if !self.withdrawn && self.follow_up == Some("investigating") => {
                self.follow_up = Some("not traced");
                self.steps += 1;
                self.enter(Acted, self.version, self.steps);
            }
            Act::AdoptMeasure
                if !self.withdrawn && matches!(self.follow_up, Some("not traced" | "measure")) =>
            {
                self.follow_up = Some("measure");
                self.steps += 1;
                self.enter(Acted, self.version, self.steps);
            }
            // Tracing came first: the decision against a measure is no first reaction.
            Act::RecordNoMeasure if !self.withdrawn && self.follow_up == Some("not traced") => {
                self.follow_up = Some("no measure");
                self.steps += 1;
            }
            _ => return false,
        }
        true
    }
}

fn caller(authority: &str) -> Caller {
    Caller { authority: authority.parse().unwrap(), principal: format!("somebody@{authority}") }
}

struct World {
    rules: Rules,
    memory: Memory,
    id: uuid::Uuid,
    recipient: AuthorityId,
    seal: Shown,
    now: Cell<Timestamp>,
}

impl World {
    /// An alert that has gone to GACC.
    fn new() -> Self {
        let calendars = Calendars::embedded().unwrap();
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
        let memory = Memory::new(cooperation.clone());
        let rules = Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic));
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let world = Self {
            rules,
            memory,
            id: uuid::Uuid::now_v7(),
            recipient: "cn-gacc".parse().unwrap(),
            seal: Shown::default(),
            now: Cell::new(now),
        };
        let (rules, memory, id) = (&world.rules, &world.memory, world.id);
        let (nvwa, just) = (caller("nl-nvwa"), caller("eu-just"));
        let create = CreateNotification { rules, notifications: memory, transmissions: memory };
        let created = block_on(create.execute(&nvwa, id, complete(), EventStatus::Actual, now)).unwrap();
        world.commit(created.changes, &nvwa);
        let submit = SubmitNotification {
            rules,
            notifications: memory,
            transmissions: memory,
            records: memory,
            similar: memory,
        };
        world.commit(block_on(submit.execute(&nvwa, id, None, &[], now)).unwrap().changes, &nvwa);
        let validate = ValidateNotification { rules, notifications: memory, transmissions: memory };
        let validated = block_on(validate.execute(&just, id, None, &ValidationDecision::Accept, now));
        world.commit(validated.unwrap().changes, &just);
        world
    }

    fn commit(&self, mut changes: ChangeSet, actor: &Caller) {
        let record = RecordEvidence {
            rules: &self.rules,
            seal: &self.seal,
            notifications: &self.memory,
            ledgers: &self.memory,
        };
        block_on(record.execute(&mut changes, Some(actor))).unwrap();
        assert!(changes.facts.is_empty());
        self.memory.apply(changes);
    }

    fn ledger(&self) -> Vec<EvidenceEntry> {
        self.memory.state().ledgers[&(self.id, self.recipient.clone())].clone()
    }

    fn transmission(&self) -> Transmission {
        block_on(self.memory.transmission_get(self.id, &self.recipient)).unwrap().unwrap()
    }

    fn step(&self, step: Step) -> Result<ChangeSet, DomainError> {
        let take = TakeFollowUpStep {
            rules: &self.rules,
            transmissions: &self.memory,
            follow_ups: &self.memory,
            clocks: &self.memory,
            records: &self.memory,
        };
        let (gacc, recipient) = (caller("cn-gacc"), &self.recipient);
        block_on(take.execute(&gacc, self.id, recipient, None, step, "", self.now.get()))
            .map(|taken| taken.changes)
    }

    fn fact(&self, kind: EvidenceKind, version: u32) -> ChangeSet {
        let mut changes = ChangeSet::default();
        changes.facts.push(Fact { version, ..Fact::new(&self.transmission(), kind, self.now.get()) });
        changes
    }

    /// Does what the act says; gives who did it.
    fn act(&self, act: Act) -> Result<(), DomainError> {
        let (rules, memory, id, recipient) = (&self.rules, &self.memory, self.id, &self.recipient);
        let now = self.now.get() + jiff::SignedDuration::from_secs(1);
        self.now.set(now);
        let [nvwa, just, gacc] = ["nl-nvwa", "eu-just", "cn-gacc"].map(caller);
        let (actor, changes) = match act {
            Act::Update => {
                let change = |present: &Notification| {
                    let mut content = present.content.clone();
                    content.product.brand.push('x');
                    Ok(content)
                };
                let update = UpdateNotification {
                    rules,
                    notifications: memory,
                    transmissions: memory,
                    clocks: memory,
                    records: memory,
                };
                (nvwa.clone(), block_on(update.execute(&nvwa, id, None, &change, now))?.changes)
            }
            Act::TransmitElsewhere => {
                let transmit = TransmitNotification {
                    rules,
                    notifications: memory,
                    transmissions: memory,
                    clocks: memory,
                    records: memory,
                };
                let to = ["ca-hc".parse().unwrap()];
                (just.clone(), block_on(transmit.execute(&just, id, &to, None, now))?.changes)
            }
            Act::Deliver(_) | Act::Open if !self.transmission().is_granted() => {
                return Err(DomainError::Refused(Refusal::Denied));
            }
            Act::TakeOff => {
                let revoke = RevokeTransmission {
                    rules,
                    notifications: memory,
                    transmissions: memory,
                    clocks: memory,
                    records: memory,
                    deliveries: memory,
                };
                let revoked = revoke.execute(&just, id, recipient, None, "mistake", now);
                (just.clone(), block_on(revoked)?.changes)
            }
            Act::SendAgain => {
                let transmit = TransmitNotification {
                    rules,
                    notifications: memory,
                    transmissions: memory,
                    clocks: memory,
                    records: memory,
                };
                if !self.transmission().is_granted() {
                    // As if under another arrangement.
                    self.seal.0.fetch_add(1, Ordering::Relaxed);
                }
                let sent = transmit.execute(&just, id, std::slice::from_ref(recipient), None, now);
                (just.clone(), block_on(sent)?.changes)
            }
            Act::Deliver(version) => (gacc, self.fact(EvidenceKind::Delivered, version)),
            Act::Open => (gacc, self.fact(EvidenceKind::Opened, self.transmission().version)),
            Act::Acknowledge => {
                let acknowledge = AcknowledgeTransmission {
                    rules,
                    notifications: memory,
                    transmissions: memory,
                    clocks: memory,
                    records: memory,
                };
                (gacc.clone(), block_on(acknowledge.execute(&gacc, id, recipient, None, now))?.changes)
            }
            Act::Report(version, reason) => {
                let report = ReportUnreadable {
                    rules,
                    seal: &self.seal,
                    notifications: memory,
                    transmissions: memory,
                    ledgers: memory,
                };
                let reported = report.execute(&gacc, id, recipient, version, reason, "", now);
                (gacc.clone(), block_on(reported)?.changes)
            }
            Act::Start => {
                let start = StartFollowUp { rules, transmissions: memory, follow_ups: memory };
                (gacc.clone(), block_on(start.execute(&gacc, id, recipient, "", "", now))?.changes)
            }
            Act::GiveUpTracing => {
                let outcome = TracingOutcome::NotTraced(NotTracedReason::CompanyClosed);
                let tracing = Tracing { outcome, note: String::new(), missing_fields: Vec::new() };
                (gacc, self.step(Step::RecordTracing(tracing))?)
            }
            Act::AdoptMeasure => {
                let measure = Box::new(measure(MeasureAction::ExportBan));
                (gacc, self.step(Step::AdoptMeasure(measure, String::new()))?)
            }
            Act::RecordNoMeasure => {
                let no_measure = NoMeasure { reason: NoMeasureReason::NoPowers, note: String::new() };
                (gacc, self.step(Step::RecordNoMeasure(no_measure))?)
            }
            Act::Withdraw => {
                let withdraw = WithdrawNotification {
                    rules,
                    notifications: memory,
                    transmissions: memory,
                    clocks: memory,
                };
                (just.clone(), block_on(withdraw.execute(&just, id, None, "wrong", now))?.changes)
            }
        };
        self.commit(changes, &actor);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_ledger_only_grows_and_holds_each_fact_once(acts in acts()) {
        let world = World::new();
        let mut account = Account {
            version: 1,
            withdrawn: false,
            taken_off: false,
            acknowledged: false,
            sent: vec![1],
            earlier: 0,
            sendings: 0,
            follow_up: None,
            taken_up: false,
            steps: 0,
            entries: vec![(EvidenceKind::Sent, 1, 0, 0)],
        };
        for act in acts {
            let before = world.ledger();
            let is_allowed = account.tell(act);
            let done = world.act(act);
            prop_assert_eq!(done.is_ok(), is_allowed, "{:?}: {:?}", act, done);
            let ledger = world.ledger();
            prop_assert!(ledger.starts_with(&before), "what is entered stays as it is");
            let told: Vec<_> = ledger
                .iter()
                .map(|entry| {
                    let evidence = &entry.evidence;
                    let which = match evidence.detail.unreadable {
                        Some(reason) => reason as u32,
                        None => evidence.detail.step,
                    };
                    (evidence.kind, evidence.version, which, evidence.content_sha256[31])
                })
                .collect();
            prop_assert_eq!(&told, &account.entries);
            for (entry, number) in ledger.iter().zip(1..) {
                prop_assert_eq!(entry.number, number);
                prop_assert_eq!(usize::from(entry.evidence.content_sha256[0]), entry.evidence.version as usize);
                let acted = if entry.evidence.kind == EvidenceKind::Sent { "cn-gacc" } else { "eu" };
                prop_assert!(!entry.evidence.authority.as_str().starts_with(acted));
            }
            prop_assert_eq!(Ledger::first_broken(&ledger), None);
        }
    }

    #[test]
    fn whoever_changes_an_entry_breaks_the_chain_there(changed in 0..6_usize, field in 0..7) {
        let world = World::new();
        for act in [Act::Deliver(1), Act::Open, Act::Acknowledge, Act::Start, Act::GiveUpTracing, Act::AdoptMeasure] {
            world.act(act).unwrap();
        }
        let mut ledger = world.ledger();
        prop_assert_eq!(ledger.len(), 6);
        let entry = &mut ledger[changed];
        match field {
            0 => entry.evidence.principal.push('x'),
            1 => entry.evidence.version += 1,
            2 => entry.evidence.content_sha256[31] ^= 1,
            3 => entry.evidence.time += jiff::SignedDuration::from_micros(1),
            4 => entry.evidence.detail.note.push('x'),
            5 => entry.sha256[0] ^= 1,
            _ => entry.evidence.detail.step += 1,
        }
        let number = entry.number;
        prop_assert_eq!(Ledger::first_broken(&ledger), Some(number));
        // Computed anew, the entry is whole, and the next one is not.
        let mended = &mut ledger[changed];
        mended.sha256 = mended.digest();
        let next = if field == 5 || number == 6 { None } else { Some(number + 1) };
        prop_assert_eq!(Ledger::first_broken(&ledger), next);
    }
}
