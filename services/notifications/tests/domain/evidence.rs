//! A ledger under everything that may happen to an alert, in any order, against an independent account of what must stand
//! in it.

use std::sync::Arc;

use futures::executor::block_on;
use jiff::Timestamp;
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};

use seamless_notifications::domain::{
    Caller, ChangeSet, DomainError, Rules,
    access::Relation,
    ledger::{ContentSeal, Fact, Ledger},
    model::{
        EventStatus, Evidence, EvidenceDetail, EvidenceEntry, EvidenceKind, MeasureAction, NoMeasure,
        NoMeasureReason, NotTracedReason, Notification, Sha256Digest, Step, Tracing, TracingOutcome,
        Transmission, UnreadableReason,
    },
    ports::TransmissionReader,
    use_cases::{
        AcknowledgeTransmission, CreateNotification, RecordEvidence, ReportUnreadable, StartFollowUp,
        SubmitNotification, TakeFollowUpStep, TransmitNotification, UpdateNotification, ValidateNotification,
        ValidationDecision, WithdrawNotification,
    },
};

use crate::{EverythingPublic, life_cycle::complete, measure, memory::Memory};

/// Tells versions apart, and nothing else.
struct ByVersion;

impl ContentSeal for ByVersion {
    fn content(&self, notification: &Notification, _: &Relation) -> Sha256Digest {
        [u8::try_from(notification.version).unwrap(); 32]
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
    ];
    prop::collection::vec(act, 0..40)
}

/// The recipient's side of the story as a person would tell it.
struct Account {
    version: u32,
    withdrawn: bool,
    acknowledged: bool,
    /// The follow-up's state in one word; none before it begins.
    follow_up: Option<&'static str>,
    steps: u32,
    /// Kind, version, and what tells entries of one kind and version apart.
    entries: Vec<(EvidenceKind, u32, u32)>,
}

impl Account {
    fn enter(&mut self, kind: EvidenceKind, version: u32, which: u32) {
        if !self.entries.contains(&(kind, version, which)) {
            self.entries.push((kind, version, which));
        }
    }

    /// Tells what the act must do; false where it must be refused.
    fn tell(&mut self, act: Act) -> bool {
        use EvidenceKind::{Acknowledged, Acted, Delivered, Opened, Sent, Unreadable};
        match act {
            Act::Update if !self.withdrawn => {
                self.version += 1;
                self.enter(Sent, self.version, 0);
            }
            Act::TransmitElsewhere => return !self.withdrawn,
            Act::Deliver(version) if version <= self.version => self.enter(Delivered, version, 0),
            // Nothing that was not sent can be delivered: no event has carried it.
            Act::Deliver(_) => {}
            Act::Open => self.enter(Opened, self.version, 0),
            Act::Acknowledge if !self.withdrawn && !self.acknowledged => {
                self.acknowledged = true;
                self.enter(Acknowledged, self.version, 0);
            }
            Act::Report(version, reason) => {
                let fact = (Unreadable, version, reason as u32);
                let is_refused = self.withdrawn
                    || version > self.version
                    || self.entries.contains(&(Acknowledged, version, 0));
                if is_refused && !self.entries.contains(&fact) {
                    return false;
                }
                self.enter(Unreadable, version, reason as u32);
            }
            Act::Start if self.acknowledged && !self.withdrawn && self.follow_up.is_none() => {
                self.follow_up = Some("investigating");
                self.steps += 1;
            }
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
            Act::Withdraw if !self.withdrawn => self.withdrawn = true,
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
    now: Timestamp,
}

impl World {
    /// An alert that has gone to GACC.
    fn new() -> Self {
        let calendars = Calendars::embedded().unwrap();
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
        let memory = Memory::new(cooperation.clone());
        let rules = Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic));
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let world =
            Self { rules, memory, id: uuid::Uuid::now_v7(), recipient: "cn-gacc".parse().unwrap(), now };
        let (rules, memory, id) = (&world.rules, &world.memory, world.id);
        let (nvwa, just) = (caller("nl-nvwa"), caller("eu-just"));
        let create = CreateNotification { rules, notifications: memory };
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
            seal: &ByVersion,
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
        block_on(take.execute(&gacc, self.id, recipient, None, step, "", self.now)).map(|taken| taken.changes)
    }

    fn fact(&self, kind: EvidenceKind, version: u32) -> ChangeSet {
        let mut changes = ChangeSet::default();
        changes.facts.push(Fact { version, ..Fact::new(&self.transmission(), kind, self.now) });
        changes
    }

    /// Does what the act says; gives who did it.
    fn act(&self, act: Act) -> Result<(), DomainError> {
        let (rules, memory, id, now, recipient) =
            (&self.rules, &self.memory, self.id, self.now, &self.recipient);
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
                    seal: &ByVersion,
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
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_ledger_only_grows_and_holds_each_fact_once(acts in acts()) {
        let world = World::new();
        let mut account = Account {
            version: 1,
            withdrawn: false,
            acknowledged: false,
            follow_up: None,
            steps: 0,
            entries: vec![(EvidenceKind::Sent, 1, 0)],
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
                    (evidence.kind, evidence.version, which)
                })
                .collect();
            prop_assert_eq!(&told, &account.entries);
            for (entry, number) in ledger.iter().zip(1..) {
                prop_assert_eq!(entry.number, number);
                prop_assert_eq!(usize::from(entry.evidence.content_sha256[0]), entry.evidence.version as usize);
                let acted = if entry.evidence.kind == EvidenceKind::Sent { "cn-gacc" } else { "eu" };
                prop_assert!(!entry.evidence.authority.as_str().starts_with(acted));
            }
            prop_assert_eq!(Ledger::of(ledger).first_broken(), None);
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
        prop_assert_eq!(Ledger::of(ledger.clone()).first_broken(), Some(number));
        // Computed anew, the entry is whole, and the next one is not.
        let mended = &mut ledger[changed];
        mended.sha256 = mended.digest();
        let next = if field == 5 || number == 6 { None } else { Some(number + 1) };
        prop_assert_eq!(Ledger::of(ledger).first_broken(), next);
    }
}

/// Computed by another implementation of the contract's description: ledgers that are kept must stay provable.
#[test]
fn the_digest_of_an_entry_never_changes() {
    let mut evidence = Evidence {
        notification: "0199a3c4-0000-7000-8000-000000000001".parse().unwrap(),
        recipient: "cn-gacc".parse().unwrap(),
        kind: EvidenceKind::Unreadable,
        time: Timestamp::from_microsecond(1_764_000_000_000_005).unwrap(),
        authority: "cn-gacc".parse().unwrap(),
        principal: "operator@cn-gacc".to_owned(),
        principal_salt: [7; 16],
        version: 1,
        content_sha256: [9; 32],
        detail: EvidenceDetail {
            unreadable: Some(UnreadableReason::MissingAttachment),
            note: "图片缺失".to_owned(),
            step: 0,
        },
        status: EventStatus::Actual,
    };
    let first = EvidenceEntry::after(None, evidence.clone());
    let hex = |digest: &[u8]| -> String { digest.iter().map(|byte| format!("{byte:02x}")).collect() };
    assert_eq!(hex(&first.sha256), "a0df34d2fd3ddd1c27e6d9777fd598d89b82079e1f2fc3df1328a4b363413b4d");
    evidence.kind = EvidenceKind::Acted;
    evidence.time = Timestamp::from_microsecond(-5).unwrap();
    evidence.version = 2;
    evidence.content_sha256 = [8; 32];
    evidence.detail = EvidenceDetail { step: 4, ..EvidenceDetail::default() };
    evidence.status = EventStatus::Test;
    let second = EvidenceEntry::after(Some(&first), evidence);
    assert_eq!(hex(&second.sha256), "ef1418746b4f8851986b02a2c2aa17939b293d048cad160e8cd1af6232e3e856");
}
