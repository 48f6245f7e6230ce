//! Registrations for one activity are decided together: as many as wait, when the activity has its turn.

use async_trait::async_trait;
use jiff::Timestamp;
use prost::Message;
use seamless_api::{Joined, Together};
use seamless_commit::Answer;
use seamless_feed::NewEvent;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use super::{activities::within, context::Api};
use crate::{
    commit::Decisions,
    contract::redact::registration_for,
    domain::{
        DomainError,
        use_cases::{Intake, Register, Wanted},
    },
};

/// Decides on registrations for an activity.
pub(super) struct Registering {
    pub api: Api,
    pub activity: Uuid,
}

/// The activity, as far as it is known, and what is to be told of those who were registered.
pub(super) struct Registered {
    intake: Option<Intake>,
    told: Vec<NewEvent>,
}

impl Registering {
    fn register(&self) -> Register<'_> {
        Register { seating: self.api.seating(), activities: &self.api.store }
    }
}

#[async_trait]
impl Together for Registering {
    type Service = Decisions;
    type Asked = Wanted;
    type Known = Registered;
    type Turn = OwnedMutexGuard<()>;

    fn service(&self) -> &Decisions {
        &self.api.decisions
    }

    async fn turn(&self) -> OwnedMutexGuard<()> {
        self.api.turns.of(self.activity).await
    }

    async fn read(&self, joined: &[Joined<Wanted>], now: Timestamp) -> Result<Registered, DomainError> {
        let wanted: Vec<&Wanted> = joined.iter().map(|one| &one.asked).collect();
        let intake = self.register().open(self.activity, &wanted, now).await?;
        Ok(Registered { intake, told: Vec::with_capacity(joined.len()) })
    }

    async fn decide(
        &self,
        known: &mut Registered,
        one: &Joined<Wanted>,
        is_trial: bool,
    ) -> Result<Vec<u8>, DomainError> {
        let (register, caller) = (self.register(), &one.call.caller);
        let intake = known.intake.as_mut().ok_or(DomainError::DENIED)?;
        let made = match is_trial {
            true => register.try_out(caller, intake, &one.asked).await,
            false => {
                let registered = register.execute(caller, intake, &one.asked).await;
                registered.map(|(made, event)| {
                    known.told.push(self.api.decisions.told(&event));
                    made
                })
            }
        };
        let made = made.map_err(|error| within("registration", error))?;
        Ok(registration_for(&self.api.rules, &caller.authority, &made).encode_to_vec())
    }

    async fn commit(&self, known: Registered, answers: Vec<Answer>) -> Result<(), DomainError> {
        let changes = known.intake.map(Intake::finish).transpose()?.unwrap_or_default();
        self.api.decisions.commit_all(changes, known.told, answers).await
    }
}
