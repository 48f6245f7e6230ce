//! `CorrespondenceService`.

use seamless_api::{Handlers, Page, Violations, changing, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_mail::{IncomingKind, MailState, read};
use seamless_proto::seamless::training::v1::{
    self as wire, correspondence_service_server::CorrespondenceService,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{ActivityName, MailName, RegistrationName, received_out, redact::mail_seen},
    domain::{
        Decision,
        model::ReceivedAs,
        ports::{MailReader, MailsQuery},
        use_cases::{MailAccess, ReceiveMail, Received, ResendMail},
    },
};

#[tonic::async_trait]
impl CorrespondenceService for Api {
    async fn list_mails(
        &self,
        request: Request<wire::ListMailsRequest>,
    ) -> Result<Response<wire::ListMailsResponse>, Status> {
        let (caller, request, page): (_, _, Page<Uuid>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = parent_in(&mut found, &request.parent);
        let states = states_in(&mut found, &request.states);
        let (activity, registration) = found.finish_some(parent).map_err(refusal)?;
        match registration {
            Some(id) => {
                self.registration_access().seen(&caller, (activity, id)).await.map_err(refusal)?;
            }
            // Whoever sees the activity may ask; it is shown what is about its own registrations, or all as the organiser.
            None => {
                self.activity_access().seen(&caller, activity, self.clock.now()).await.map_err(refusal)?;
            }
        }
        let query = MailsQuery {
            activity,
            registration,
            owners: self.rules.cooperation.seen_owners(&caller.authority),
            states,
            before: page.cursor,
            limit: page.limit(),
        };
        let found = self.store.mail_list(&query).await.map_err(refusal)?;
        let (mails, next_page_token) = page.fill(found, |last| last.id, mail_seen);
        Ok(Response::new(wire::ListMailsResponse { mails, next_page_token }))
    }

    async fn resend_mail(
        &self,
        request: Request<wire::ResendMailRequest>,
    ) -> Result<Response<wire::Mail>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<MailName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let MailName { activity, registration, mail } = found.finish_some(name).map_err(refusal)?;
        let access = MailAccess { registrations: self.registration_access(), mails: &self.store };
        let resend = ResendMail { mails: &self.store };
        let decide = |now| {
            let caller = &caller;
            async move {
                let present = access.decided_on(caller, (activity, registration, mail)).await?;
                resend.execute(present, revision, now).await
            }
        };
        self.mutate(call, decide, |made| mail_seen(&made)).await
    }

    async fn receive_mail(
        &self,
        request: Request<wire::ReceiveMailRequest>,
    ) -> Result<Response<wire::ReceiveMailResponse>, Status> {
        let (_, call, request) = changing(request)?;
        let mut found = Violations::new();
        let (octets, most) = (request.content.len(), self.max_received_bytes);
        match octets {
            0 => found.add("content", "is required"),
            _ if octets > most => found.add("content", format!("wants at most {most} bytes; got {octets}")),
            _ => {}
        }
        found.finish(()).map_err(refusal)?;
        let own = self.rules.post.as_ref().map(|post| post.sender.as_str()).unwrap_or_default();
        let came = read(&request.content, own);
        let receive = ReceiveMail { seating: self.seating(), activities: &self.store, mails: &self.store };
        let about = match &came {
            Some(came) => receive.about(&came.tags).await.map_err(refusal)?,
            None => None,
        };
        let _turn = match &about {
            Some(about) => Some(self.turns.of(about.activity).await),
            None => None,
        };
        let decide = |now| {
            let came = &came;
            async move {
                let Some(came) = came else { return Ok(not_understood("these bytes are no mail")) };
                match &came.kind {
                    IncomingKind::Report { has_failed, status } => {
                        receive.report(&came.tags, (*has_failed, status), now).await
                    }
                    // What was known of it may have changed meanwhile.
                    IncomingKind::Reply(bytes) => {
                        receive.reply(receive.about(&came.tags).await?, bytes, now).await
                    }
                    IncomingKind::Other => Ok(not_understood(
                        "it is neither the answer of a calendar program nor the report of a mail server",
                    )),
                }
            }
        };
        self.mutate(call, decide, |made| received_out(&made).shown_to(Audience::Public)).await
    }
}

fn not_understood(detail: &str) -> Decision<Received> {
    let outcome = Received { received_as: ReceivedAs::NotUnderstood, detail: detail.to_owned() };
    Decision { outcome, changes: Default::default() }
}

/// An activity, or one of its registrations.
fn parent_in(found: &mut Violations, parent: &str) -> Option<(Uuid, Option<Uuid>)> {
    if parent.contains("/registrations/") {
        let name = found.name::<RegistrationName>("parent", parent)?;
        return Some((name.activity, Some(name.registration)));
    }
    found.name::<ActivityName>("parent", parent).map(|ActivityName(id)| (id, None))
}

fn states_in(found: &mut Violations, states: &[i32]) -> Vec<MailState> {
    let states: Vec<crate::domain::model::MailState> = found.vocabularies("states", states, 20);
    states.into_iter().filter_map(|state| MailState::of(state as i32)).collect()
}
