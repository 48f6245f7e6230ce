//! `SandboxService`, and what this replica knows of the sandbox's state.

use jiff::{SignedDuration, Timestamp};
use seamless_api::{
    Call, Handlers, Violations, changing, refusal,
    violations::{duration_out, excerpt, timestamp_out},
};
use seamless_calendar::Clock;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::notifications::v1::{self as wire, sandbox_service_server::SandboxService};
use seamless_vocabulary::Vocabulary;
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::domain::{
    Decision, DomainError, Refusal,
    model::{Fault, FaultKind, SandboxState},
    ports::SandboxReader,
    use_cases::{AdvanceClock, InjectFaults},
};

/// How far the clock goes in one step.
const LONGEST_STEP: SignedDuration = SignedDuration::from_hours(3_660 * 24);
/// How long an event is held back.
const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(60);
/// One fault of each kind.
const MOST_FAULTS: usize = 5;

#[tonic::async_trait]
impl SandboxService for Api {
    async fn get_sandbox(
        &self,
        request: Request<wire::GetSandboxRequest>,
    ) -> Result<Response<wire::Sandbox>, Status> {
        seamless_api::caller(&request)?;
        let state = match &self.sandbox {
            Some(_) => self.store.sandbox_get().await.map_err(refusal)?,
            None => SandboxState::default(),
        };
        Ok(Response::new(self.sandbox_out(&state)))
    }

    async fn advance_clock(
        &self,
        request: Request<wire::AdvanceClockRequest>,
    ) -> Result<Response<wire::Sandbox>, Status> {
        let (_, call, request) = changing(request)?;
        let mut found = Violations::new();
        let by = match request.by {
            None => {
                found.add("by", "is required: how far forward");
                SignedDuration::ZERO
            }
            Some(by) => duration_in(&mut found, "by", by, LONGEST_STEP),
        };
        found.finish(()).map_err(refusal)?;
        let advance = AdvanceClock { rules: &self.rules, sandbox: self.sandbox_store() };
        let decide = |now| advance.execute(by, now);
        self.mutate_sandbox(call, decide).await
    }

    async fn inject_faults(
        &self,
        request: Request<wire::InjectFaultsRequest>,
    ) -> Result<Response<wire::Sandbox>, Status> {
        let (_, call, request) = changing(request)?;
        let mut found = Violations::new();
        let authority = request.authority.parse::<AuthorityId>().map_err(|_| {
            found.add(
                "authority",
                format!("wants the id of an authority; got {}", excerpt(&request.authority)),
            );
        });
        let faults = faults_in(&mut found, &request.faults);
        found.finish(()).map_err(refusal)?;
        // What is no id was refused just now.
        let Ok(authority) = authority else { return Err(refusal(Refusal::Denied)) };
        let inject = InjectFaults { rules: &self.rules, sandbox: self.sandbox_store() };
        let decide = |_| inject.execute(&authority, &faults);
        self.mutate_sandbox(call, decide).await
    }
}

impl Api {
    fn sandbox_store(&self) -> Option<&dyn SandboxReader> {
        self.sandbox.as_ref().map(|_| &self.store as &dyn SandboxReader)
    }

    async fn mutate_sandbox<F>(
        &self,
        call: Call,
        decide: impl Fn(Timestamp) -> F + Send + Sync,
    ) -> Result<Response<wire::Sandbox>, Status>
    where
        F: Future<Output = Result<Decision<SandboxState>, DomainError>> + Send,
    {
        let answer = self.mutate(call, decide, |state| self.sandbox_out(&state)).await?;
        // This replica need not wait for its next look.
        if let Some(sandbox) = &self.sandbox {
            sandbox.follow(self.store.sandbox_get().await.map_err(refusal)?);
        }
        Ok(answer)
    }

    fn sandbox_out(&self, state: &SandboxState) -> wire::Sandbox {
        let known =
            self.sandbox.as_ref().map_or(SignedDuration::ZERO, |sandbox| sandbox.known(|state| state.ahead));
        // As it is with this state, which this replica may be about to follow.
        let now = self.clock.now().checked_add(state.ahead - known).unwrap_or(Timestamp::MAX);
        wire::Sandbox {
            enabled: self.sandbox.is_some(),
            now: Some(timestamp_out(now)),
            ahead: Some(duration_out(state.ahead)),
            faults: state
                .faults
                .iter()
                .map(|(authority, faults)| wire::AuthorityFaults {
                    authority: authority.to_string(),
                    faults: faults.iter().map(fault_out).collect(),
                })
                .collect(),
        }
    }
}

fn fault_out(fault: &Fault) -> wire::Fault {
    wire::Fault {
        kind: fault.kind as i32,
        every: i32::try_from(fault.every).unwrap_or(i32::MAX),
        delay: (fault.kind == FaultKind::Delay).then(|| duration_out(fault.delay)),
    }
}

fn duration_in(
    found: &mut Violations,
    field: &str,
    given: prost_types::Duration,
    longest: SignedDuration,
) -> SignedDuration {
    let is_sound =
        (0..=longest.as_secs()).contains(&given.seconds) && (0..1_000_000_000).contains(&given.nanos);
    let duration =
        if is_sound { SignedDuration::new(given.seconds, given.nanos) } else { SignedDuration::ZERO };
    if duration <= SignedDuration::ZERO || duration > longest {
        let seconds = longest.as_secs();
        found.add(field, format!("wants more than 0 and at most {seconds} s; got {} s", given.seconds));
    }
    duration
}

fn faults_in(found: &mut Violations, given: &[wire::Fault]) -> Vec<Fault> {
    found.count("faults", given.len(), MOST_FAULTS);
    let mut faults: Vec<Fault> = Vec::new();
    for (index, fault) in given.iter().enumerate() {
        let field = |name: &str| format!("faults[{index}].{name}");
        let Some(kind) = FaultKind::from_number(fault.kind) else {
            found.add(field("kind"), format!("wants a value of FaultKind; got {}", fault.kind));
            continue;
        };
        if faults.iter().any(|other| other.kind == kind) {
            found.add(field("kind"), "wants each kind once");
        }
        let every = u32::try_from(fault.every).unwrap_or(0);
        if !(1..=1_000).contains(&every) {
            found.add(field("every"), format!("wants 1 to 1000; got {}", fault.every));
        }
        let delay = match (kind, fault.delay) {
            (FaultKind::Delay, Some(delay)) => duration_in(found, &field("delay"), delay, LONGEST_DELAY),
            (FaultKind::Delay, None) => {
                found.add(field("delay"), "is required for DELAY");
                SignedDuration::ZERO
            }
            (_, Some(_)) => {
                found.add(field("delay"), "must be unset but for DELAY");
                SignedDuration::ZERO
            }
            (_, None) => SignedDuration::ZERO,
        };
        faults.push(Fault { kind, every, delay });
    }
    faults
}
