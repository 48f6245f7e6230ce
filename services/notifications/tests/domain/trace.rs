//! The search for a manufacturer, played at random by both sides on a store in memory, against an independent table of
//! what is allowed: a clock stands still exactly while a question is open, and nothing stays open after the end.

use std::sync::{Arc, OnceLock};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_calendar::Calendars;
use seamless_identifiers::LocalizedText;
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};

use seamless_notifications::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal, Rules,
    model::{
        Candidate, CandidateState, CandidateVerb, EconomicOperator, EventStatus, FollowUpState,
        MeasureAction, NotTracedReason, NotificationId, OperatorRole, Step, Trace, TraceOutcome,
        TraceQuestion, TraceQuestionState, TraceState, Tracing, TracingOutcome, TransmissionState,
    },
    records::record,
    use_cases::{
        AcknowledgeTransmission, AddCandidate, AskQuestion, CandidateChange, ChangeCandidate, CloseQuestion,
        ClosingWord, ConcludeTrace, CreateNotification, NewCandidate, OpenTrace, ReopenTrace, StartFollowUp,
        SubmitNotification, TakeFollowUpStep, TraceAccess, TraceFinding, ValidateNotification,
        ValidationDecision, WithdrawNotification,
    },
};

use crate::{
    EverythingPublic,
    life_cycle::{Who, caller, complete},
    measure,
    memory::Memory,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verb {
    StartFollowUp,
    RecordTracing,
    AdoptMeasure,
    CloseFollowUp,
    WithdrawNotification,
    Open,
    Ask,
    Answer(u32),
    TakeBack(u32),
    /// A company of this number: there are few, so that they meet again.
    Add(u32),
    Decide(u32, CandidateVerb),
    Conclude(TraceOutcome, u32),
    Reopen,
}

/// What the table knows of the case.
#[derive(Default)]
struct Case {
    /// Concluded or not.
    trace: Option<bool>,
    questions: Vec<TraceQuestionState>,
    candidates: Vec<(u32, CandidateState)>,
    follow_up: Option<FollowUpState>,
    withdrawn: bool,
}

impl Case {
    fn candidate(&self, number: u32) -> Option<CandidateState> {
        self.candidates.get(number.checked_sub(1)? as usize).map(|(_, state)| *state)
    }

    fn has_open_question(&self) -> bool {
        self.questions.contains(&TraceQuestionState::Open)
    }

    /// Does what the verb says, if who may do it now, read off the contract by hand.
    fn act(&mut self, who: Who, verb: Verb) -> bool {
        use FollowUpState::{Closed, Investigating, MeasureAdopted, NotTraced, Traced};
        let goes_on = self.trace == Some(false) && !self.withdrawn;
        let by_recipient = who == Who::Recipient;
        let is_open = |number: u32, questions: &[TraceQuestionState]| {
            number > 0 && questions.get(number as usize - 1) == Some(&TraceQuestionState::Open)
        };
        let allowed = match verb {
            Verb::StartFollowUp => by_recipient && self.follow_up.is_none() && !self.withdrawn,
            Verb::RecordTracing => {
                by_recipient
                    && self.trace.is_none()
                    && !self.withdrawn
                    && matches!(self.follow_up, Some(Investigating | NotTraced))
            }
            Verb::AdoptMeasure => {
                by_recipient
                    && !self.withdrawn
                    && matches!(self.follow_up, Some(Traced | NotTraced | MeasureAdopted))
            }
            Verb::CloseFollowUp => {
                let by_rule = self.follow_up == Some(MeasureAdopted);
                let by_withdrawal = self.withdrawn && self.follow_up.is_some_and(|state| state != Closed);
                by_recipient && (by_rule || by_withdrawal)
            }
            Verb::WithdrawNotification => {
                matches!(who, Who::Originator | Who::ContactPoint) && !self.withdrawn
            }
            Verb::Open => {
                by_recipient
                    && self.trace.is_none()
                    && !self.withdrawn
                    && matches!(self.follow_up, None | Some(Investigating))
            }
            Verb::Ask => by_recipient && goes_on,
            Verb::Answer(number) => {
                matches!(who, Who::Originator | Who::ContactPoint) && is_open(number, &self.questions)
            }
            Verb::TakeBack(number) => by_recipient && is_open(number, &self.questions),
            Verb::Add(company) => {
                by_recipient && goes_on && !self.candidates.iter().any(|(known, _)| *known == company)
            }
            Verb::Decide(number, decision) => {
                let state = self.candidate(number);
                let fits = match decision {
                    CandidateVerb::Confirm | CandidateVerb::Reject => state == Some(CandidateState::Proposed),
                    CandidateVerb::Reconsider => {
                        matches!(state, Some(CandidateState::Confirmed | CandidateState::Rejected))
                    }
                };
                by_recipient && goes_on && fits
            }
            Verb::Conclude(outcome, number) => {
                let state = self.candidate(number);
                let borne_out = match outcome {
                    TraceOutcome::ManufacturerConfirmed => state == Some(CandidateState::Confirmed),
                    TraceOutcome::ManufacturerProbable => {
                        matches!(state, Some(CandidateState::Confirmed | CandidateState::Proposed))
                    }
                    TraceOutcome::NotTraced => {
                        self.candidates.iter().all(|(_, state)| *state != CandidateState::Confirmed)
                    }
                };
                by_recipient
                    && self.trace == Some(false)
                    && borne_out
                    && (self.withdrawn || self.follow_up == Some(Investigating))
            }
            Verb::Reopen => {
                by_recipient
                    && self.trace == Some(true)
                    && !self.withdrawn
                    && self.follow_up != Some(MeasureAdopted)
            }
        };
        if !allowed {
            return false;
        }
        match verb {
            Verb::StartFollowUp => self.follow_up = Some(Investigating),
            Verb::RecordTracing => self.follow_up = Some(Traced),
            Verb::AdoptMeasure => self.follow_up = Some(MeasureAdopted),
            Verb::CloseFollowUp => self.follow_up = Some(Closed),
            Verb::WithdrawNotification => self.withdrawn = true,
            Verb::Open => self.trace = Some(false),
            Verb::Ask => self.questions.push(TraceQuestionState::Open),
            Verb::Answer(number) => self.questions[number as usize - 1] = TraceQuestionState::Answered,
            Verb::TakeBack(number) => self.questions[number as usize - 1] = TraceQuestionState::Withdrawn,
            Verb::Add(company) => self.candidates.push((company, CandidateState::Proposed)),
            Verb::Decide(number, decision) => {
                self.candidates[number as usize - 1].1 = match decision {
                    CandidateVerb::Confirm => CandidateState::Confirmed,
                    CandidateVerb::Reject => CandidateState::Rejected,
                    CandidateVerb::Reconsider => CandidateState::Proposed,
                }
            }
            Verb::Conclude(outcome, _) => {
                self.trace = Some(true);
                for question in self.questions.iter_mut().filter(|one| **one == TraceQuestionState::Open) {
                    *question = TraceQuestionState::Withdrawn;
                }
                if !self.withdrawn {
                    self.follow_up = Some(match outcome {
                        TraceOutcome::NotTraced => NotTraced,
                        _ => Traced,
                    });
                }
            }
            Verb::Reopen => {
                self.trace = Some(false);
                self.follow_up = self.follow_up.map(|_| Investigating);
            }
        }
        true
    }
}

fn verbs() -> impl Strategy<Value = Vec<(Who, Verb)>> {
    let decision =
        prop::sample::select(vec![CandidateVerb::Confirm, CandidateVerb::Reject, CandidateVerb::Reconsider]);
    let outcome = prop::sample::select(vec![
        TraceOutcome::ManufacturerConfirmed,
        TraceOutcome::ManufacturerProbable,
        TraceOutcome::NotTraced,
    ]);
    let verb = prop_oneof![
        3 => Just(Verb::StartFollowUp),
        1 => Just(Verb::RecordTracing),
        1 => Just(Verb::AdoptMeasure),
        2 => Just(Verb::CloseFollowUp),
        4 => Just(Verb::Open),
        6 => Just(Verb::Ask),
        5 => (1..5_u32).prop_map(Verb::Answer),
        3 => (1..5_u32).prop_map(Verb::TakeBack),
        5 => (0..3_u32).prop_map(Verb::Add),
        6 => (1..4_u32, decision).prop_map(|(number, decision)| Verb::Decide(number, decision)),
        5 => (outcome, 1..4_u32).prop_map(|(outcome, number)| Verb::Conclude(outcome, number)),
        4 => Just(Verb::Reopen),
    ];
    let anybody =
        prop::sample::select(vec![Who::Originator, Who::ContactPoint, Who::Recipient, Who::Stranger]);
    // Mostly by who may do it, so that stories get somewhere.
    let step = (verb, prop::option::weighted(0.2, anybody)).prop_map(|(verb, who)| {
        let usual = if matches!(verb, Verb::Answer(_)) { Who::Originator } else { Who::Recipient };
        (who.unwrap_or(usual), verb)
    });
    let end = prop::option::weighted(0.3, Just((Who::Originator, Verb::WithdrawNotification)));
    (prop::collection::vec(step.clone(), 0..40), end, prop::collection::vec(step, 0..10)).prop_map(
        |(mut story, end, after)| {
            story.extend(end);
            story.extend(after);
            story
        },
    )
}

fn company(number: u32) -> EconomicOperator {
    EconomicOperator {
        role: OperatorRole::Manufacturer,
        operator_name: format!("Maker Number{number} Co., Ltd"),
        country: None,
        address: String::new(),
        contact: String::new(),
        website: String::new(),
        credit_code: None,
        eori: String::new(),
        vat_number: String::new(),
    }
}

struct Story {
    rules: Rules,
    memory: Memory,
    id: NotificationId,
    recipient: AuthorityId,
}

impl Story {
    /// An alert on a product that is sold online, sent to GACC and acknowledged.
    fn begin(now: Timestamp) -> Self {
        // Read once for all stories: reading the calendars takes longer than a story.
        static RULES: OnceLock<Rules> = OnceLock::new();
        let read = || {
            let calendars = Calendars::embedded().unwrap();
            let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
            Rules::new(Arc::new(cooperation), Arc::new(calendars), Arc::new(EverythingPublic))
        };
        let rules = RULES.get_or_init(read).clone();
        let memory = Memory::new((*rules.cooperation).clone());
        let id = uuid::Uuid::now_v7();
        let story = Self { rules, memory, id, recipient: "cn-gacc".parse().unwrap() };
        let (rules, memory) = (&story.rules, &story.memory);
        let (notifications, transmissions, clocks) = (memory, memory, memory);
        let mut content = complete();
        content.online.sold_online = Some(true);
        let create = CreateNotification { rules, notifications, transmissions: notifications };
        let originator = caller(Who::Originator);
        memory.apply(
            block_on(create.execute(&originator, id, content, EventStatus::Actual, now)).unwrap().changes,
        );
        let submit = SubmitNotification {
            rules,
            notifications,
            transmissions,
            records: notifications,
            similar: notifications,
        };
        memory.apply(block_on(submit.execute(&originator, id, None, &[], now)).unwrap().changes);
        let validate = ValidateNotification { rules, notifications, transmissions };
        let contact_point = caller(Who::ContactPoint);
        let accept = ValidationDecision::Accept;
        memory.apply(block_on(validate.execute(&contact_point, id, None, &accept, now)).unwrap().changes);
        let acknowledge =
            AcknowledgeTransmission { rules, notifications, transmissions, clocks, records: memory };
        let gacc = caller(Who::Recipient);
        memory.apply(block_on(acknowledge.execute(&gacc, id, &story.recipient, None, now)).unwrap().changes);
        assert_eq!(memory.state().clocks.len(), 1, "the clock that can stand still runs");
        story
    }

    fn act(&self, who: Who, verb: Verb, now: Timestamp) -> Result<ChangeSet, DomainError> {
        fn changes<T>(decision: Result<Decision<T>, DomainError>) -> Result<ChangeSet, DomainError> {
            decision.map(|decision| decision.changes)
        }
        let (rules, memory, id, to) = (&self.rules, &self.memory, self.id, &self.recipient);
        let (notifications, transmissions, follow_ups, clocks, records) =
            (memory, memory, memory, memory, memory);
        let caller: &Caller = &caller(who);
        let access = TraceAccess { rules, transmissions, records };
        let step = |step: Step| {
            let take = TakeFollowUpStep { rules, transmissions, follow_ups, clocks, records };
            changes(block_on(take.execute(caller, id, to, None, step, "", now)))
        };
        match verb {
            Verb::StartFollowUp => changes(block_on(
                StartFollowUp { rules, transmissions, follow_ups }.execute(caller, id, to, "", "", now),
            )),
            Verb::RecordTracing => step(Step::RecordTracing(Tracing {
                outcome: TracingOutcome::Traced(Box::new(company(9))),
                note: String::new(),
                missing_fields: Vec::new(),
            })),
            Verb::AdoptMeasure => {
                step(Step::AdoptMeasure(Box::new(measure(MeasureAction::ExportBan)), String::new()))
            }
            Verb::CloseFollowUp => step(Step::Close(String::new())),
            Verb::WithdrawNotification => changes(block_on(
                WithdrawNotification { rules, notifications, transmissions, clocks }
                    .execute(caller, id, None, "wrong", now),
            )),
            Verb::Open => {
                changes(block_on(OpenTrace { access, follow_ups }.execute(caller, id, to, "", "", now)))
            }
            Verb::Ask => {
                let (fields, text) = (vec!["product.gtins".to_owned()], LocalizedText::default());
                changes(block_on(AskQuestion { access, clocks }.execute(caller, id, to, fields, text, now)))
            }
            Verb::Answer(number) => {
                let word = ClosingWord::Answer { text: LocalizedText::default(), updated_fields: Vec::new() };
                let close = CloseQuestion { access, clocks };
                changes(block_on(close.execute(caller, (id, to, number), None, word, now)))
            }
            Verb::TakeBack(number) => {
                let close = CloseQuestion { access, clocks };
                changes(block_on(close.execute(caller, (id, to, number), None, ClosingWord::Withdraw, now)))
            }
            Verb::Add(number) => {
                let new = NewCandidate {
                    operator: company(number),
                    evidence: Vec::new(),
                    confidence: 50,
                    internal_note: String::new(),
                };
                changes(block_on(AddCandidate { access }.execute(caller, id, to, new, now)))
            }
            Verb::Decide(number, decision) => {
                let change = CandidateChange::Decide(decision, "why".to_owned());
                let decide = ChangeCandidate { access };
                changes(block_on(decide.execute(caller, (id, to, number), None, change, now)))
            }
            Verb::Conclude(outcome, number) => {
                let nobody = outcome == TraceOutcome::NotTraced;
                let finding = TraceFinding {
                    outcome,
                    reason: nobody.then_some(NotTracedReason::BrandOwnerOnly),
                    candidates: if nobody { Vec::new() } else { vec![number] },
                    missing_fields: vec!["product.gtins".to_owned()],
                    note: String::new(),
                };
                let conclude = ConcludeTrace { access, follow_ups, clocks };
                changes(block_on(conclude.execute(caller, id, to, None, finding, "", now)))
            }
            Verb::Reopen => {
                let reopen = ReopenTrace { access, follow_ups };
                changes(block_on(reopen.execute(caller, id, to, None, "a new lead", "", now)))
            }
        }
    }

    /// The stored case is what the table says.
    fn check(&self, case: &Case) -> Result<(), TestCaseError> {
        let name = format!("notifications/{}/transmissions/cn-gacc/trace", self.id);
        let trace = block_on(record::<Trace, _>(&self.memory, &name)).unwrap();
        let state = trace.as_ref().map(Trace::state);
        let expected = case.trace.map(|concluded| match (concluded, case.has_open_question()) {
            (true, _) => TraceState::Concluded,
            (false, true) => TraceState::Waiting,
            (false, false) => TraceState::Open,
        });
        prop_assert_eq!(state, expected);
        for (index, state) in case.questions.iter().enumerate() {
            let name = format!("{name}/questions/{}", index + 1);
            let question = record(&self.memory, &name);
            prop_assert_eq!(block_on(question).unwrap().map(|one: TraceQuestion| one.state), Some(*state));
        }
        for (index, (_, state)) in case.candidates.iter().enumerate() {
            let name = format!("{name}/candidates/{}", index + 1);
            let candidate = record(&self.memory, &name);
            prop_assert_eq!(block_on(candidate).unwrap().map(|one: Candidate| one.state), Some(*state));
        }
        let kept = self.memory.state();
        if let Some(trace) = &trace {
            let open = case.questions.iter().filter(|one| **one == TraceQuestionState::Open).count();
            prop_assert_eq!(trace.open_questions as usize, open);
            prop_assert_eq!(
                (trace.questions as usize, trace.candidates as usize),
                (case.questions.len(), case.candidates.len())
            );
        }
        prop_assert_eq!(kept.follow_ups.values().next().map(|one| one.state), case.follow_up);
        let clock = kept.clocks.values().next().unwrap();
        let paused = clock.is_open() && case.has_open_question();
        prop_assert_eq!(clock.is_paused(), paused, "it stands still exactly while a question is open");
        let has_open_pause = clock.pauses.iter().any(|pause| pause.to.is_none());
        prop_assert_eq!(has_open_pause, paused, "and no pause is left open");
        let transmission = kept.transmissions.values().next().unwrap();
        let reacted = case.follow_up.is_some_and(|state| state != FollowUpState::Investigating);
        if reacted && !case.withdrawn {
            prop_assert_eq!(transmission.state, TransmissionState::Reacted);
            prop_assert!(clock.stopped.is_some(), "a result stops the clock");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn a_search_goes_as_the_contract_says_and_the_clock_stands_still_for_open_questions_alone(story in verbs()) {
        let mut now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let stored = Story::begin(now);
        let mut case = Case::default();
        for (who, verb) in story {
            now += SignedDuration::from_hours(1);
            let before = stored.memory.state().events.len();
            let decided = stored.act(who, verb, now);
            match (case.act(who, verb), decided) {
                (true, Ok(changes)) => {
                    stored.memory.apply(changes);
                    prop_assert!(stored.memory.state().events.len() > before, "what happens is told");
                }
                (true, Err(error)) => prop_assert!(false, "{who:?} {verb:?}: {error}"),
                (false, Ok(_)) => prop_assert!(false, "{who:?} could {verb:?}"),
                (false, Err(error)) => {
                    let refused = matches!(
                        error,
                        DomainError::Refused(Refusal::Denied)
                            | DomainError::Refused(Refusal::IllegalTransition { .. })
                            | DomainError::Refused(Refusal::WantsFirst { .. })
                            | DomainError::Refused(Refusal::Twin { .. })
                            | DomainError::Refused(Refusal::Invalid(_))
                    );
                    prop_assert!(refused, "{who:?} {verb:?}: {error}");
                    if who == Who::Stranger {
                        let denied = matches!(error, DomainError::Refused(Refusal::Denied));
                        prop_assert!(denied, "a stranger learns nothing: {error}");
                    }
                }
            }
            stored.check(&case)?;
        }
    }
}
