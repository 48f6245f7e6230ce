//! `TrustService`.

use seamless_api::{Call, Handlers, Page, Violations, changing, refusal};
use seamless_proto::seamless::consignments::v1::{self as wire, trust_service_server::TrustService};
use tonic::{Request, Response, Status};

use super::{context::Api, told_together::parsed_apart};
use crate::{
    contract::{
        approval_in, inspection_body_out, proposal_out,
        redact::{approval_for, trust_change_for, trust_for},
        uuid_name, wrong_name,
    },
    domain::{
        Caller, DomainError,
        model::{
            Approval, ApprovalAction, ApprovalContent, ApprovalState, InspectionBodyId, Trust, TrustChange,
        },
        records::{RecordPage, RecordQuery, records},
        use_cases::{DecideApproval, ProposeApprovals, TrustAccess},
    },
};

/// The longest explanation that is taken, in characters.
const REASON_LENGTH: usize = 2_000;

/// A decision on an approval that a request asks for.
struct Asked {
    name: String,
    action: ApprovalAction,
    reason: String,
    revision: Option<i64>,
}

/// The three decisions on an approval that was granted differ in nothing but what they do.
macro_rules! decision {
    ($self:ident, $request:ident, $action:ident) => {{
        let (caller, call, request) = changing($request)?;
        let action = ApprovalAction::$action;
        let asked = asked(action, &request.name, request.reason, &request.etag)?;
        $self.change_approval(&caller, call, asked).await
    }};
}

#[tonic::async_trait]
impl TrustService for Api {
    async fn get_trust(
        &self,
        request: Request<wire::GetTrustRequest>,
    ) -> Result<Response<wire::Trust>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = &request.get_ref().name;
        check_trust_name("name", name).map_err(refusal)?;
        let found = self.trust_access().trust(&caller, name).await.map_err(refusal)?;
        Ok(Response::new(trust_for(&self.rules, &caller.authority, &found)))
    }

    async fn list_trust(
        &self,
        request: Request<wire::ListTrustRequest>,
    ) -> Result<Response<wire::ListTrustResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let group = parent_in(&request.parent).map_err(refusal)?;
        let query = RecordQuery { group, ..self.seen_trust(&caller, &page) };
        let found: Vec<Trust> = records(&self.store, &query).await.map_err(refusal)?;
        let (trust, next_page_token) =
            page.fill(found, |last| (0, last.name()), |one| trust_for(&self.rules, &caller.authority, one));
        Ok(Response::new(wire::ListTrustResponse { trust, next_page_token }))
    }

    async fn list_trust_changes(
        &self,
        request: Request<wire::ListTrustChangesRequest>,
    ) -> Result<Response<wire::ListTrustChangesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        check_trust_name("parent", &request.parent).map_err(refusal)?;
        let trust = self.trust_access().trust(&caller, &request.parent).await.map_err(refusal)?;
        let mut query = RecordQuery { group: Some(trust.name()), ..self.seen_trust(&caller, &page) };
        query.page.descending = true;
        let found: Vec<TrustChange> = records(&self.store, &query).await.map_err(refusal)?;
        let (changes, next_page_token) = page.fill(
            found,
            |last| (last.trust.revision, seamless_decision::Record::name(last)),
            |one| trust_change_for(&self.rules, &caller.authority, one),
        );
        Ok(Response::new(wire::ListTrustChangesResponse { changes, next_page_token }))
    }

    async fn list_inspection_bodies(
        &self,
        request: Request<wire::ListInspectionBodiesRequest>,
    ) -> Result<Response<wire::ListInspectionBodiesResponse>, Status> {
        seamless_api::caller(&request)?;
        let bodies = self.rules.pilot.inspection_bodies.values();
        let inspection_bodies = bodies.map(inspection_body_out).collect();
        Ok(Response::new(wire::ListInspectionBodiesResponse { inspection_bodies }))
    }

    async fn propose_approvals(
        &self,
        request: Request<wire::ProposeApprovalsRequest>,
    ) -> Result<Response<wire::ProposeApprovalsResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let propose = ProposeApprovals { rules: &self.rules, records: &self.store };
        let proposals = propose.execute(&caller, self.clock.now()).await.map_err(refusal)?;
        // All are of the caller's own side, which sees all of them.
        let proposals = proposals.iter().map(proposal_out).collect();
        Ok(Response::new(wire::ProposeApprovalsResponse { proposals }))
    }

    async fn grant_approval(
        &self,
        request: Request<wire::GrantApprovalRequest>,
    ) -> Result<Response<wire::Approval>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, REASON_LENGTH);
        let content = match request.approval {
            Some(approval) => approval_in(&mut found, approval),
            None => {
                found.add("approval", "is required");
                None
            }
        };
        let content: Option<ApprovalContent> = found.finish(content).map_err(refusal)?;
        let content = content.ok_or_else(|| refusal(DomainError::Denied))?;
        let grant = self.decide_approvals();
        let decide = |now| {
            let (content, reason) = (content.clone(), reason.clone());
            let (grant, caller) = (&grant, &caller);
            async move { grant.grant(caller, content, reason, now).await.map_err(within_approval) }
        };
        self.mutate(call, decide, |made| approval_for(&self.rules, &caller.authority, &made)).await
    }

    async fn get_approval(
        &self,
        request: Request<wire::GetApprovalRequest>,
    ) -> Result<Response<wire::Approval>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = approval_name("name", &request.get_ref().name).map_err(refusal)?;
        let found = self.trust_access().approval(&caller, &name).await.map_err(refusal)?;
        Ok(Response::new(approval_for(&self.rules, &caller.authority, &found)))
    }

    async fn list_approvals(
        &self,
        request: Request<wire::ListApprovalsRequest>,
    ) -> Result<Response<wire::ListApprovalsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let body = found.parsed("inspection_body", &request.inspection_body, str::parse::<InspectionBodyId>);
        let state = found.vocabulary::<ApprovalState>("state", request.state);
        found.finish(()).map_err(refusal)?;
        let group = body.map(|body| body.to_string());
        let mut query = RecordQuery { group, ..self.seen_trust(&caller, &page) };
        query.page.states = state.into_iter().map(|state| state as i32).collect();
        let found: Vec<Approval> = records(&self.store, &query).await.map_err(refusal)?;
        let (approvals, next_page_token) = page.fill(
            found,
            |last| (0, last.name()),
            |one| approval_for(&self.rules, &caller.authority, one),
        );
        Ok(Response::new(wire::ListApprovalsResponse { approvals, next_page_token }))
    }

    async fn suspend_approval(
        &self,
        request: Request<wire::SuspendApprovalRequest>,
    ) -> Result<Response<wire::Approval>, Status> {
        decision!(self, request, Suspend)
    }

    async fn reinstate_approval(
        &self,
        request: Request<wire::ReinstateApprovalRequest>,
    ) -> Result<Response<wire::Approval>, Status> {
        decision!(self, request, Reinstate)
    }

    async fn withdraw_approval(
        &self,
        request: Request<wire::WithdrawApprovalRequest>,
    ) -> Result<Response<wire::Approval>, Status> {
        decision!(self, request, Withdraw)
    }
}

impl Api {
    fn trust_access(&self) -> TrustAccess<'_> {
        TrustAccess { rules: &self.rules, records: &self.store }
    }

    fn decide_approvals(&self) -> DecideApproval<'_> {
        DecideApproval { rules: &self.rules, records: &self.store }
    }

    /// What the caller sees of reliabilities and approvals: its side's, and those of its own bodies.
    fn seen_trust(&self, caller: &Caller, page: &Page<(i64, String)>) -> RecordQuery {
        RecordQuery {
            owners: vec![self.rules.cooperation.contact_point_of(&caller.authority).clone()],
            party: Some(caller.authority.clone()),
            page: RecordPage { after: page.cursor.clone(), limit: page.limit(), ..RecordPage::default() },
            ..RecordQuery::default()
        }
    }

    async fn change_approval(
        &self,
        caller: &Caller,
        call: Call,
        asked: Asked,
    ) -> Result<Response<wire::Approval>, Status> {
        let (access, change) = (self.trust_access(), self.decide_approvals());
        let decide = |now| {
            let (access, change, asked) = (&access, &change, &asked);
            async move {
                let present = access.own_approval(caller, &asked.name).await?;
                change.change(present, asked.action, asked.reason.clone(), asked.revision, now).await
            }
        };
        self.mutate(call, decide, |made| approval_for(&self.rules, &caller.authority, &made)).await
    }
}

fn asked(action: ApprovalAction, name: &str, reason: String, etag: &str) -> Result<Asked, Status> {
    let mut found = Violations::new();
    let name = parsed_apart(&mut found, approval_name("name", name)).map_err(refusal)?;
    let reason = found.required_text("reason", reason, REASON_LENGTH);
    let revision = found.etag("etag", etag);
    let asked = name.map(|name| Asked { name, action, reason, revision });
    found.finish_some(asked).map_err(refusal)
}

/// The name in the form in which it is stored.
fn approval_name(field: &str, name: &str) -> Result<String, DomainError> {
    uuid_name(field, "approvals", name).map(|id| format!("approvals/{id}"))
}

/// Refuses what is no name of a reliability; whether there is one is not said.
fn check_trust_name(field: &str, name: &str) -> Result<(), DomainError> {
    let parts = name.strip_prefix("inspectionBodies/").and_then(|rest| rest.split_once("/trust/"));
    let fits = parts.is_some_and(|(body, trust)| {
        body.parse::<InspectionBodyId>().is_ok()
            && (2..=3).contains(&trust.split('.').count())
            && trust.split('.').all(|part| !part.is_empty() && !part.contains('/'))
    });
    let form = "inspectionBodies/{body}/trust/{authority}.{area}, or ….{entry point}";
    if fits { Ok(()) } else { Err(wrong_name(field, form, name)) }
}

/// The body of a parent; none for all.
fn parent_in(parent: &str) -> Result<Option<String>, DomainError> {
    let body = parent.strip_prefix("inspectionBodies/");
    match body {
        _ if parent.is_empty() => Ok(None),
        Some("-") => Ok(None),
        Some(body) if body.parse::<InspectionBodyId>().is_ok() => Ok(Some(body.to_owned())),
        _ => Err(wrong_name("parent", "inspectionBodies/{body} or inspectionBodies/-", parent)),
    }
}

/// Violations that the use case names from the approval, as the request has them.
fn within_approval(error: DomainError) -> DomainError {
    match error {
        DomainError::Invalid(violations) => {
            let mut found = Violations::new();
            found.add_within("approval", violations);
            DomainError::Invalid(found.into_inner())
        }
        other => other,
    }
}
