//! Ends the search. What was found is the follow-up's tracing result, taken in the same step, so that there is one truth;
//! it is a reaction in substance and stops the recipient's clocks. Questions that are open are withdrawn, so that no clock
//! stands still for an answer that nobody waits for.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal, Violation,
    clocks::{ClockEvent, Clocks},
    event::EventKind,
    ledger::Fact,
    model::{
        Candidate, CandidateState, EconomicOperator, FollowUp, FollowUpState, MAX_CANDIDATES, MAX_QUESTIONS,
        NotTracedReason, NotificationId, OperatorRole, Step, Trace, TraceConclusion, TraceOutcome,
        TraceQuestion, TraceQuestionState, Tracing, TracingOutcome, Transmission, TransmissionState,
    },
    ports::{ClockReader, FollowUpReader},
    records::{RecordQuery, records},
    use_cases::require_revision,
};

const VERB: &str = "concluding the trace";

/// Ends a search of the caller's.
pub struct ConcludeTrace<'a> {
    pub access: TraceAccess<'a>,
    pub follow_ups: &'a dyn FollowUpReader,
    pub clocks: &'a dyn ClockReader,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct TraceFinding {
    pub outcome: TraceOutcome,
    /// With NOT_TRACED alone.
    pub reason: Option<NotTracedReason>,
    /// Numbers of the candidates that made it, the main one first; none with NOT_TRACED alone.
    pub candidates: Vec<u32>,
    pub missing_fields: Vec<String>,
    pub note: String,
}

impl ConcludeTrace<'_> {
    /// OPEN or WAITING to CONCLUDED; the follow-up to TRACED or NOT_TRACED, unless the notification was withdrawn.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` once it is CONCLUDED, or where a candidate's state contradicts the
    /// outcome; `WantsFirst` unless the follow-up is INVESTIGATING; `Invalid` for a candidate that the trace does not have;
    /// `LimitReached`.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is one fact of the step; a struct would name them once more"
    )]
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
        revision: Option<i64>,
        finding: TraceFinding,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<Decision<Trace>, DomainError> {
        let (mut trace, mut transmission) = self.access.as_tracer(caller, notification, authority).await?;
        require_revision(revision, trace.revision, || trace.key.name())?;
        trace.require_going_on(VERB)?;
        let named = self.named_candidates(caller, &trace, &finding).await?;
        let is_withdrawn = transmission.state == TransmissionState::Withdrawn;
        let follow_up = match is_withdrawn {
            true => None,
            false => {
                Some(self.take_tracing(caller, (&trace, &transmission), &finding, named.first(), now).await?)
            }
        };
        let stored = self.clocks.clock_list_of(notification, authority).await?;
        let mut clocks = Clocks::of(self.access.rules, stored);
        let is_first = transmission.first_reaction_time.is_none();
        if follow_up.is_some() {
            transmission.react(now);
            clocks.stop(ClockEvent::FirstSubstantiveReaction, now);
        }
        let mut changes = ChangeSet::default();
        if let Some(follow_up) = follow_up.as_ref().filter(|_| is_first) {
            changes.facts.push(Fact::acted(&transmission, follow_up, now));
        }
        let mut withdrawn = Vec::new();
        for mut question in self.open_questions(caller, &trace).await? {
            trace.close_question(&mut question, None, now)?;
            clocks.question_closed(&question.name(), now)?;
            changes.put_record(&question, false)?;
            withdrawn.push(question);
        }
        clocks.settle(&mut changes, &mut transmission, now);
        let conclusion = TraceConclusion {
            outcome: finding.outcome,
            reason: finding.reason,
            candidates: finding.candidates,
            missing_fields: finding.missing_fields,
            note: finding.note,
            time: now,
        };
        trace.conclude(conclusion, &caller.principal, internal_note, now)?;
        let rules = self.access.rules;
        let concluded = EventKind::TraceConcluded(Box::new(trace.clone()), named);
        for question in withdrawn {
            changes.tell_both(rules, &transmission, now, EventKind::TraceQuestionChanged(Box::new(question)));
        }
        put_trace(rules, &mut changes, &trace, false, &mut transmission, (now, concluded))?;
        if let Some(follow_up) = follow_up {
            changes.put_follow_up(&follow_up, false);
            let taken = EventKind::FollowUpChanged {
                follow_up: Box::new(follow_up),
                previous: Some(FollowUpState::Investigating),
                transmission: Box::new(transmission.clone()),
            };
            changes.tell_both(rules, &transmission, now, taken);
        }
        Ok(Decision { outcome: trace, changes })
    }

    /// The candidates that the finding names, in its order, each in a state that bears it out.
    async fn named_candidates(
        &self,
        caller: &Caller,
        trace: &Trace,
        finding: &TraceFinding,
    ) -> Result<Vec<Candidate>, DomainError> {
        let query = RecordQuery {
            party: Some(trace.key.authority.clone()),
            ..RecordQuery::of_notification(
                &caller.authority,
                trace.key.notification,
                u64::from(MAX_CANDIDATES),
            )
        };
        let all = records::<Candidate, _>(self.access.records, &query).await?;
        if finding.outcome == TraceOutcome::NotTraced {
            let confirmed = all.iter().find(|candidate| candidate.state == CandidateState::Confirmed);
            return match confirmed {
                Some(candidate) => Err(Refusal::wants_first(
                    candidate.name(),
                    candidate.state,
                    "concluding that the manufacturer was not traced",
                    "reconsider the candidate, or conclude with it",
                )
                .into()),
                None => Ok(Vec::new()),
            };
        }
        let mut named = Vec::with_capacity(finding.candidates.len());
        let mut wrong = Vec::new();
        for (index, number) in finding.candidates.iter().enumerate() {
            match all.iter().find(|candidate| candidate.number == *number) {
                Some(candidate) => named.push(candidate.clone()),
                None => wrong.push(Violation::new(
                    format!("candidates[{index}]"),
                    format!("the trace has no candidate {number}"),
                )),
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong).into());
        }
        let (bears_out, remedy): (fn(CandidateState) -> bool, _) = match finding.outcome {
            TraceOutcome::ManufacturerConfirmed => {
                (|state| state == CandidateState::Confirmed, "confirm the candidate")
            }
            _ => (|state| state != CandidateState::Rejected, "reconsider the candidate"),
        };
        match named.iter().find(|candidate| !bears_out(candidate.state)) {
            Some(candidate) => Err(Refusal::wants_first(
                candidate.name(),
                candidate.state,
                "concluding that it is the manufacturer",
                remedy,
            )
            .into()),
            None => Ok(named),
        }
    }

    async fn open_questions(
        &self,
        caller: &Caller,
        trace: &Trace,
    ) -> Result<Vec<TraceQuestion>, DomainError> {
        let mut query = RecordQuery {
            party: Some(trace.key.authority.clone()),
            ..RecordQuery::of_notification(
                &caller.authority,
                trace.key.notification,
                u64::from(MAX_QUESTIONS),
            )
        };
        query.page.states = vec![TraceQuestionState::Open as i32];
        Ok(records(self.access.records, &query).await?)
    }

    /// The follow-up with the tracing result that the finding is.
    async fn take_tracing(
        &self,
        caller: &Caller,
        (trace, transmission): (&Trace, &Transmission),
        finding: &TraceFinding,
        manufacturer: Option<&Candidate>,
        now: Timestamp,
    ) -> Result<FollowUp, DomainError> {
        let key = &trace.key;
        let wants = |state: &'static str, remedy: &'static str| {
            DomainError::Refused(Refusal::wants_first(
                format!("notifications/{}/transmissions/{}/followUp", key.notification, key.authority),
                state,
                VERB,
                remedy,
            ))
        };
        let Some(mut follow_up) = self.follow_ups.follow_up_get(key.notification, &key.authority).await?
        else {
            return Err(wants("NOT_STARTED", "start the follow-up"));
        };
        follow_up.require_taken_up(transmission, VERB)?;
        match follow_up.state {
            FollowUpState::Investigating => {}
            FollowUpState::Closed => return Err(wants("CLOSED", "reopen the follow-up")),
            past => return Err(wants(past.into(), "close the follow-up and reopen it")),
        }
        let outcome = match manufacturer {
            Some(candidate) => TracingOutcome::Traced(Box::new(EconomicOperator {
                role: OperatorRole::Manufacturer,
                ..candidate.operator.clone()
            })),
            None => TracingOutcome::NotTraced(finding.reason.unwrap_or(NotTracedReason::Other)),
        };
        let tracing =
            Tracing { outcome, note: finding.note.clone(), missing_fields: finding.missing_fields.clone() };
        // What is internal stays with the trace.
        follow_up.take(Step::RecordTracing(tracing), &caller.principal, "", now)?;
        follow_up.revision += 1;
        Ok(follow_up)
    }
}
