//! `ProposalService`.

use seamless_api::{Call, Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::notifications::v1::{self as wire, proposal_service_server::ProposalService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::context::{Api, statuses_of_list};
use crate::{
    contract::{NotificationName, ProposalName, content_in, content_out, redact::proposal_for, update_mask},
    domain::{
        Caller, DomainError, Refusal,
        model::{Content, Notification, Proposal, ProposalState, ProposalStep},
        ports::{NotificationReader, TransmissionReader},
        records::{Record, RecordPage, RecordQuery, records},
        relation::Relation,
        use_cases::{AppliedChange, DecideProposal, ProposalAccess, ProposeChange, ProposedChange},
    },
};

/// The longest comment, in characters.
const COMMENT_LENGTH: usize = 5_000;
/// The longest reason of a rejection, in characters.
const REASON_LENGTH: usize = 2_000;
/// The most paths of one proposal.
const MOST_PATHS: usize = 100;

#[tonic::async_trait]
impl ProposalService for Api {
    async fn propose_change(
        &self,
        request: Request<wire::ProposeChangeRequest>,
    ) -> Result<Response<wire::Proposal>, Status> {
        let (caller, call, request) = changing(request)?;
        let name = NotificationName::parse("parent", &request.parent).map_err(refusal)?;
        let mut found = Violations::new();
        let comment = found.text("comment", request.comment.clone(), COMMENT_LENGTH);
        if request.change.is_none() {
            found.add("change", "is required");
        }
        let change = request.change.unwrap_or_default();
        let mask = request.update_mask.as_ref();
        found.count("update_mask", mask.map_or(0, |mask| mask.paths.len()), MOST_PATHS);
        if mask.is_some_and(|mask| mask.paths.iter().any(|path| path == "*")) {
            found.add("update_mask", "wants the paths that are meant; got *");
        }
        let paths = update_mask::paths(&change, mask).map_err(refusal)?;
        if paths.is_empty() {
            found.add("change", "changes nothing: set a field, or name one to be cleared in update_mask");
        }
        found.finish(()).map_err(refusal)?;
        let make = |present: &Notification| self.proposed(present, &change, &paths);
        let propose = ProposeChange {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        };
        let id = Uuid::now_v7();
        let decide = |now| propose.execute(&caller, name.0, id, &comment, &make, now);
        // The proposer sees of it what it wrote.
        self.mutate(call, decide, |proposed| proposal_for(&self.rules, &proposed, None)).await
    }

    async fn accept_proposal(
        &self,
        request: Request<wire::AcceptProposalRequest>,
    ) -> Result<Response<wire::Proposal>, Status> {
        let (caller, call, request) = changing(request)?;
        self.decide(&caller, call, &request.name, &request.etag, ProposalStep::Accept).await
    }

    async fn reject_proposal(
        &self,
        request: Request<wire::RejectProposalRequest>,
    ) -> Result<Response<wire::Proposal>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason.clone(), REASON_LENGTH);
        found.finish(()).map_err(refusal)?;
        self.decide(&caller, call, &request.name, &request.etag, ProposalStep::Reject(reason)).await
    }

    async fn withdraw_proposal(
        &self,
        request: Request<wire::WithdrawProposalRequest>,
    ) -> Result<Response<wire::Proposal>, Status> {
        let (caller, call, request) = changing(request)?;
        self.decide(&caller, call, &request.name, &request.etag, ProposalStep::Withdraw).await
    }

    async fn get_proposal(
        &self,
        request: Request<wire::GetProposalRequest>,
    ) -> Result<Response<wire::Proposal>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let name = ProposalName::parse("name", &request.name).map_err(refusal)?;
        let access = ProposalAccess {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        };
        let found = access.execute(&caller, name.notification, &name.to_string()).await.map_err(refusal)?;
        let (proposal, notification, relation) = found;
        let known = self.known(&caller, std::iter::once(&proposal.change)).await.map_err(refusal)?;
        let reader = (&notification, &relation, &known);
        Ok(Response::new(proposal_for(&self.rules, &proposal, Some(reader))))
    }

    async fn list_proposals(
        &self,
        request: Request<wire::ListProposalsRequest>,
    ) -> Result<Response<wire::ListProposalsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies::<ProposalState>("states", &request.states, 10);
        let statuses = found.vocabularies("statuses", &request.statuses, 10);
        found.finish(()).map_err(refusal)?;
        let notification = self.parent_of_list(&caller, &request.parent).await.map_err(refusal)?;
        let query = RecordQuery {
            viewer: caller.authority.clone(),
            notification,
            party: None,
            statuses: statuses_of_list(statuses, notification),
            name_prefix: String::new(),
            page: RecordPage {
                states: states.iter().map(|state| *state as i32).collect(),
                descending: false,
                after: page.cursor.clone(),
                limit: page.limit(),
            },
        };
        let proposals: Vec<Proposal> = records(&self.store, &query).await.map_err(refusal)?;
        let mut seen = Vec::with_capacity(proposals.len());
        for proposal in proposals {
            let message = self.proposal_seen(&caller, &proposal).await.map_err(refusal)?;
            seen.push((proposal.in_order(), message));
        }
        let (proposals, next_page_token) =
            page.fill(seen, |(place, _)| place.clone(), |(_, proposal)| proposal.clone());
        Ok(Response::new(wire::ListProposalsResponse { proposals, next_page_token }))
    }
}

impl Api {
    async fn decide(
        &self,
        caller: &Caller,
        call: Call,
        name: &str,
        etag: &str,
        step: ProposalStep,
    ) -> Result<Response<wire::Proposal>, Status> {
        let mut found = Violations::new();
        let name = found.name::<ProposalName>("name", name);
        let revision = found.etag("etag", etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let proposal = name.to_string();
        let apply = |present: &Notification, proposal: &Proposal| self.applied(present, proposal);
        let decide = DecideProposal {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            clocks: &self.store,
            records: &self.store,
        };
        let run =
            |now| decide.execute(caller, name.notification, &proposal, revision, step.clone(), &apply, now);
        self.mutate(call, run, |decided| proposal_for(&self.rules, &decided, None)).await
    }

    /// The proposal as an entry of a list; its notification may be any.
    async fn proposal_seen(
        &self,
        caller: &Caller,
        proposal: &Proposal,
    ) -> Result<wire::Proposal, DomainError> {
        let found = self.store.notification_get(proposal.notification).await?;
        let notification = found.ok_or(Refusal::Denied)?;
        let originator = &notification.originator;
        let side = Relation::of_side(&self.rules.cooperation, originator, &caller.authority);
        let relation = match side {
            Some(side) => side,
            None => {
                let own = self.store.transmission_get(notification.id, &caller.authority).await?;
                Relation::Recipient(own.ok_or(Refusal::Denied)?.arrangement)
            }
        };
        let known = self.known(caller, std::iter::once(&proposal.change)).await?;
        Ok(proposal_for(&self.rules, proposal, Some((&notification, &relation, &known))))
    }

    /// The change in the domain's words, and the same fields as they are. What it would make of the notification is
    /// checked as an update is.
    fn proposed(
        &self,
        present: &Notification,
        change: &wire::Notification,
        paths: &[String],
    ) -> Result<ProposedChange, DomainError> {
        let now = content_out(&present.content);
        let merged = update_mask::apply(&now, change, Some(&mask_of(paths)))?;
        let merged = self.parsed(merged)?;
        let change = self.part(&merged, paths)?;
        let before = self.part(&present.content, paths)?;
        Ok(ProposedChange { change, before, paths: paths.to_vec() })
    }

    fn applied(&self, present: &Notification, proposal: &Proposal) -> Result<AppliedChange, DomainError> {
        let mask = mask_of(&proposal.paths);
        let now = content_out(&present.content);
        let merged = update_mask::apply(&now, &content_out(&proposal.change), Some(&mask))?;
        Ok(AppliedChange {
            content: self.parsed(merged)?,
            present: self.part(&present.content, &proposal.paths)?,
        })
    }

    /// A content that has nothing but these fields.
    fn part(&self, content: &Content, paths: &[String]) -> Result<Content, DomainError> {
        let nothing = wire::Notification::default();
        let part = update_mask::apply(&nothing, &content_out(content), Some(&mask_of(paths)))?;
        self.parsed(part)
    }

    fn parsed(&self, notification: wire::Notification) -> Result<Content, DomainError> {
        let mut found = Violations::new();
        let content = content_in(&mut found, self.rules.audiences.as_ref(), "change", notification);
        Ok(found.finish(content)?)
    }
}

fn mask_of(paths: &[String]) -> prost_types::FieldMask {
    prost_types::FieldMask { paths: paths.to_vec() }
}
