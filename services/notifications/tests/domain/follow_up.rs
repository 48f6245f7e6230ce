//! The follow-up's states, against an independent table of what is allowed.

use jiff::Timestamp;
use proptest::prelude::*;

use seamless_notifications::domain::{
    DomainError, Refusal,
    model::{
        EconomicOperator, EventStatus, FollowUp, FollowUpState, MAX_MEASURES, MeasureAction, NoMeasure,
        NoMeasureReason, NotTracedReason, OperatorRole, Step, Tracing, TracingOutcome,
    },
};

use crate::measure;

#[derive(Clone, Copy, Debug)]
enum Verb {
    Trace,
    GiveUpTracing,
    AdoptMeasure,
    RecordNoMeasure,
    Close,
    Reopen,
    ReopenTracing,
    TakeUp,
}

/// What the domain's description says, read off it by hand: verb, states in which it is allowed, state that it leads to.
fn allowed(verb: Verb, state: FollowUpState) -> Option<FollowUpState> {
    use FollowUpState::*;
    let (from, to): (&[FollowUpState], FollowUpState) = match verb {
        Verb::Trace => (&[Investigating, NotTraced], Traced),
        Verb::GiveUpTracing => (&[Investigating], NotTraced),
        Verb::AdoptMeasure => (&[Traced, NotTraced, MeasureAdopted], MeasureAdopted),
        Verb::RecordNoMeasure => (&[Traced, NotTraced], NoMeasure),
        Verb::Close => (&[MeasureAdopted, NoMeasure], Closed),
        Verb::Reopen => (&[Closed], Investigating),
        Verb::ReopenTracing => (&[Traced, NotTraced], Investigating),
        Verb::TakeUp => {
            (&[Investigating, Traced, NotTraced, MeasureAdopted, NoMeasure, Closed], Investigating)
        }
    };
    from.contains(&state).then_some(to)
}

fn step(verb: Verb) -> Step {
    let tracing =
        |outcome| Step::RecordTracing(Tracing { outcome, note: String::new(), missing_fields: Vec::new() });
    match verb {
        Verb::Trace => tracing(TracingOutcome::Traced(Box::new(EconomicOperator {
            role: OperatorRole::Manufacturer,
            operator_name: "Ningbo Example".to_owned(),
            country: None,
            address: String::new(),
            contact: String::new(),
            website: String::new(),
            credit_code: None,
            eori: String::new(),
            vat_number: String::new(),
        }))),
        Verb::GiveUpTracing => tracing(TracingOutcome::NotTraced(NotTracedReason::CompanyNotFound)),
        Verb::AdoptMeasure => Step::AdoptMeasure(Box::new(measure(MeasureAction::ExportBan)), String::new()),
        Verb::RecordNoMeasure => {
            Step::RecordNoMeasure(NoMeasure { reason: NoMeasureReason::NoPowers, note: String::new() })
        }
        Verb::Close => Step::Close(String::new()),
        Verb::Reopen => Step::Reopen("new facts".to_owned()),
        Verb::TakeUp => Step::TakeUp("sent again".to_owned()),
        Verb::ReopenTracing => Step::ReopenTracing("a new lead".to_owned()),
    }
}

fn verbs() -> impl Strategy<Value = Vec<Verb>> {
    use Verb::*;
    let verb = prop::sample::select(vec![
        Trace,
        GiveUpTracing,
        AdoptMeasure,
        RecordNoMeasure,
        Close,
        Reopen,
        ReopenTracing,
        TakeUp,
    ]);
    prop::collection::vec(verb, 0..120)
}

fn begun() -> FollowUp {
    FollowUp {
        notification: uuid::Uuid::nil(),
        authority: "cn-gacc".parse().unwrap(),
        state: FollowUpState::Investigating,
        tracing: None,
        measures: Vec::new(),
        no_measure: None,
        steps: Vec::new(),
        internal_notes: Vec::new(),
        sending: None,
        create_time: Timestamp::UNIX_EPOCH,
        update_time: Timestamp::UNIX_EPOCH,
        status: EventStatus::Actual,
        revision: 1,
    }
}

proptest! {
    #[test]
    fn only_what_the_domain_allows_happens_and_every_step_is_recorded(verbs in verbs()) {
        let mut follow_up = begun();
        let mut expected = vec![];
        for (index, verb) in verbs.into_iter().enumerate() {
            let before = follow_up.clone();
            let now = Timestamp::from_second(index as i64).unwrap();
            let full = matches!(verb, Verb::AdoptMeasure) && before.measures.len() == MAX_MEASURES;
            let taken = follow_up.take(step(verb), "tester", "", now);
            match allowed(verb, before.state) {
                Some(_) if full => {
                    let limited = matches!(taken, Err(DomainError::Refused(Refusal::LimitReached { .. })));
                    prop_assert!(limited);
                    prop_assert_eq!(&follow_up, &before);
                }
                Some(target) => {
                    prop_assert!(taken.is_ok());
                    prop_assert_eq!(follow_up.state, target);
                    expected.push(target);
                }
                None => {
                    let illegal = matches!(taken, Err(DomainError::Refused(Refusal::IllegalTransition { .. })));
                    prop_assert!(illegal);
                    prop_assert_eq!(&follow_up, &before, "a refused step changes nothing");
                }
            }
            let recorded: Vec<_> = follow_up.steps.iter().map(|step| step.state).collect();
            prop_assert_eq!(&recorded, &expected);
            if follow_up.state == FollowUpState::MeasureAdopted {
                prop_assert!(!follow_up.measures.is_empty() && follow_up.tracing.is_some());
            }
            prop_assert_eq!(follow_up.no_measure.is_some() && follow_up.state == FollowUpState::Investigating, false);
        }
    }
}
