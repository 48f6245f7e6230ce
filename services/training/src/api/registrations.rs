//! `RegistrationService`.

use seamless_api::{Call, Handlers, Joined, Page, Violations, changing, refusal};
use seamless_proto::seamless::training::v1::{
    self as wire, registration_service_server::RegistrationService,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{context::Api, registering::Registering};
use crate::{
    contract::{
        ActivityName, RegistrationName, people_in,
        redact::{registration_for, registration_with_answers_for},
        registration_in,
    },
    domain::{
        Caller,
        model::{Correspondence, correspondence_name},
        ports::{RegistrationQuery, RegistrationReader},
        records::record,
        use_cases::{ChangeRegistration, RegistrationStep, Wanted},
    },
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 1_000;

/// A step that a request asks for.
struct Asked {
    name: RegistrationName,
    revision: Option<i64>,
    step: RegistrationStep,
}

#[tonic::async_trait]
impl RegistrationService for Api {
    async fn register(
        &self,
        request: Request<wire::RegisterRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (_, call, request) = changing(request)?;
        let mut found = Violations::new();
        let parent = found.name::<ActivityName>("parent", &request.parent);
        let content = match request.registration {
            Some(one) => registration_in(&mut found, "registration", one, &self.rules.zones),
            None => {
                found.add("registration", "is required");
                None
            }
        };
        let (ActivityName(id), (session, content)) =
            found.finish_some(parent.zip(content)).map_err(refusal)?;
        let joined = Joined::new(call, Wanted { session, content });
        let registering = || Registering { api: self.clone(), activity: id };
        let registered = self.registrations.run(id, joined, registering).await;
        registered.map(Response::new).map_err(refusal)
    }

    async fn get_registration(
        &self,
        request: Request<wire::GetRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let caller = seamless_api::caller(&request)?;
        let mut found = Violations::new();
        let name = found.name::<RegistrationName>("name", &request.get_ref().name);
        let RegistrationName { activity, registration } = found.finish_some(name).map_err(refusal)?;
        let access = self.registration_access();
        let found = access.seen(&caller, (activity, registration)).await.map_err(refusal)?;
        let name = correspondence_name(activity, registration);
        let told: Option<Correspondence> = record(&self.store, &name).await.map_err(refusal)?;
        let (rules, reader) = (&self.rules, &caller.authority);
        Ok(Response::new(registration_with_answers_for(rules, reader, &found, told.as_ref())))
    }

    async fn list_registrations(
        &self,
        request: Request<wire::ListRegistrationsRequest>,
    ) -> Result<Response<wire::ListRegistrationsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, Uuid)>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = found.name::<ActivityName>("parent", &request.parent);
        let session = found.parsed("session", &request.session, str::parse);
        let states = found.vocabularies("states", &request.states, 20);
        let ActivityName(id) = found.finish_some(parent).map_err(refusal)?;
        let now = self.clock.now();
        // Whoever sees the activity may ask; it is shown its own registrations, or all as the organiser.
        self.activity_access().seen(&caller, id, now).await.map_err(refusal)?;
        let query = RegistrationQuery {
            activity: id,
            session: session.map(Some),
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            states,
            is_twice: request.registered_twice,
            after: page.cursor,
            limit: page.limit(),
        };
        let found = self.store.registration_list(&query).await.map_err(refusal)?;
        let (registrations, next_page_token) = page.fill(
            found,
            |last| (last.position, last.id),
            |one| registration_for(&self.rules, &caller.authority, one),
        );
        Ok(Response::new(wire::ListRegistrationsResponse { registrations, next_page_token }))
    }

    async fn approve_registration(
        &self,
        request: Request<wire::ApproveRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let asked = asked(Violations::new(), &request.name, &request.etag, RegistrationStep::Approve)?;
        self.change_registration(&caller, call, asked).await
    }

    async fn reject_registration(
        &self,
        request: Request<wire::RejectRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let asked = asked(found, &request.name, &request.etag, RegistrationStep::Reject { reason })?;
        self.change_registration(&caller, call, asked).await
    }

    async fn confirm_registration(
        &self,
        request: Request<wire::ConfirmRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let asked = asked(Violations::new(), &request.name, &request.etag, RegistrationStep::Confirm)?;
        self.change_registration(&caller, call, asked).await
    }

    async fn decline_registration(
        &self,
        request: Request<wire::DeclineRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let asked = asked(Violations::new(), &request.name, &request.etag, RegistrationStep::Decline)?;
        self.change_registration(&caller, call, asked).await
    }

    async fn withdraw_registration(
        &self,
        request: Request<wire::WithdrawRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.text("reason", request.reason, REASON_LENGTH);
        let asked = asked(found, &request.name, &request.etag, RegistrationStep::Withdraw { reason })?;
        self.change_registration(&caller, call, asked).await
    }

    async fn transfer_registration(
        &self,
        request: Request<wire::TransferRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let people = people_in(&mut found, "people", request.people, true, &self.rules.zones);
        let asked = asked(found, &request.name, &request.etag, RegistrationStep::Transfer { people })?;
        self.change_registration(&caller, call, asked).await
    }

    async fn promote_registration(
        &self,
        request: Request<wire::PromoteRegistrationRequest>,
    ) -> Result<Response<wire::Registration>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let asked = asked(found, &request.name, &request.etag, RegistrationStep::Promote { reason })?;
        self.change_registration(&caller, call, asked).await
    }
}

impl Api {
    async fn change_registration(
        &self,
        caller: &Caller,
        call: Call,
        asked: Asked,
    ) -> Result<Response<wire::Registration>, Status> {
        let RegistrationName { activity: activity_id, registration: id } = asked.name;
        let change = ChangeRegistration { seating: self.seating() };
        let decide = |now| {
            let (step, revision) = (asked.step.clone(), asked.revision);
            async move {
                let access = self.registration_access();
                let name = (activity_id, id);
                let (activity, present) = access.changed_by(caller, name, step.is_organisers()).await?;
                change.execute(caller, &activity, present, step, revision, now).await
            }
        };
        let _turn = self.turns.of(activity_id).await;
        self.mutate(call, decide, |made| registration_for(&self.rules, &caller.authority, &made)).await
    }
}

fn asked(mut found: Violations, name: &str, etag: &str, step: RegistrationStep) -> Result<Asked, Status> {
    let name = found.name::<RegistrationName>("name", name);
    let revision = found.etag("etag", etag);
    let name = found.finish_some(name).map_err(refusal)?;
    Ok(Asked { name, revision, step })
}
