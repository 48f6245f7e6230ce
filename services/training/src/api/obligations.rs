//! `ObligationService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_identity::{Arrangement, ArrangementId};
use seamless_proto::seamless::training::v1::{self as wire, obligation_service_server::ObligationService};
use tonic::{Request, Response, Status};

use super::context::Api;
use crate::{
    contract::{ArrangementName, ObligationName, day_in, obligation_out},
    domain::{
        Caller, DomainError,
        model::{Obligation, ObligationState},
        use_cases::ReadObligations,
    },
};

#[tonic::async_trait]
impl ObligationService for Api {
    async fn get_obligation(
        &self,
        request: Request<wire::GetObligationRequest>,
    ) -> Result<Response<wire::Obligation>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = ObligationName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let arrangement = self.open_arrangement(&caller, &name.arrangement).map_err(refusal)?;
        let all = self.obligations().of(arrangement, self.clock.now()).await.map_err(refusal)?;
        let found = all.iter().find(|one| one.name() == request.get_ref().name);
        let found = found.ok_or_else(|| refusal(DomainError::DENIED))?;
        Ok(Response::new(shown(found)))
    }

    async fn list_obligations(
        &self,
        request: Request<wire::ListObligationsRequest>,
    ) -> Result<Response<wire::ListObligationsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = found.name::<ArrangementName>("parent", &request.parent);
        let from = day_in(&mut found, "from_date", request.from_date);
        let states: Vec<ObligationState> = found.vocabularies("states", &request.states, 10);
        let ArrangementName(id) = found.finish_some(parent).map_err(refusal)?;
        let arrangement = self.open_arrangement(&caller, &id).map_err(refusal)?;
        let all = self.obligations().of(arrangement, self.clock.now()).await.map_err(refusal)?;
        let wanted = all
            .into_iter()
            .filter(|one| from.is_none_or(|from| one.period.1 >= from))
            .filter(|one| states.is_empty() || states.contains(&one.state))
            .filter(|one| page.cursor.as_ref().is_none_or(|after| one.in_order() > *after));
        let wanted = wanted.take(page.size + 1).collect();
        let (obligations, next_page_token) = page.fill(wanted, Obligation::in_order, shown);
        Ok(Response::new(wire::ListObligationsResponse { obligations, next_page_token }))
    }
}

impl Api {
    fn obligations(&self) -> ReadObligations<'_> {
        ReadObligations { rules: &self.rules, activities: &self.store, reports: &self.store }
    }

    /// The arrangement, if it is in force and the caller takes part in it.
    fn open_arrangement(&self, caller: &Caller, id: &ArrangementId) -> Result<&Arrangement, DomainError> {
        let is_open = self.rules.cooperation.is_open_to_side(id, &caller.authority, self.clock.now());
        let known = self.rules.cooperation.arrangement(id).filter(|_| is_open);
        known.ok_or(DomainError::DENIED)
    }
}

/// As a party may see it.
fn shown(obligation: &Obligation) -> wire::Obligation {
    obligation_out(obligation).shown_to(Audience::Parties)
}
