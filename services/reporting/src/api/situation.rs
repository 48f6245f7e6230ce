//! `SituationService`.

use seamless_api::{Handlers, changing, refusal, violations::timestamp_out};
use seamless_proto::seamless::reporting::v1::{self as wire, situation_service_server::SituationService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Api;
use crate::{
    domain::{
        error::Refusal,
        model::{SituationAccess, situation_link_name},
        use_cases::SituationLinks,
    },
    situation::{ENTRANCE, SituationRules, digest_of, new_secret},
};

#[tonic::async_trait]
impl SituationService for Api {
    async fn create_situation_link(
        &self,
        request: Request<wire::CreateSituationLinkRequest>,
    ) -> Result<Response<wire::CreateSituationLinkResponse>, Status> {
        let (caller, call, request) = changing(request)?;
        let rules = self.situation_rules("making a link")?;
        let (id, secret) = (Uuid::now_v7(), new_secret()?);
        let digest = digest_of(&secret);
        let decide = |_| {
            let (links, caller, made) = (self.situation_links(rules), &caller, (id, digest.clone()));
            let now = rules.clock.now();
            async move { links.create(caller, made, now).await }
        };
        // What is kept of the answer is without the URL.
        let answer = |made: SituationAccess| wire::CreateSituationLinkResponse {
            url: String::new(),
            expire_time: Some(timestamp_out(made.expire_time)),
            name: situation_link_name(made.id),
        };
        let mut answered = self.mutate(call, decide, answer).await?;
        if answered.get_ref().name == situation_link_name(id) && !request.validate_only {
            answered.get_mut().url = format!("{}{ENTRANCE}{secret}", rules.base_url);
        }
        Ok(answered)
    }

    async fn revoke_situation_links(
        &self,
        request: Request<wire::RevokeSituationLinksRequest>,
    ) -> Result<Response<wire::RevokeSituationLinksResponse>, Status> {
        let (caller, call, _) = changing(request)?;
        let rules = self.situation_rules("taking links back")?;
        let decide = |_| {
            let (links, caller) = (self.situation_links(rules), &caller);
            let now = rules.clock.now();
            async move { links.revoke(caller, now).await }
        };
        let answer = |revoked: usize| wire::RevokeSituationLinksResponse {
            revoked: i32::try_from(revoked).unwrap_or(i32::MAX),
        };
        self.mutate(call, decide, answer).await
    }
}

impl Api {
    /// What links are made by.
    fn situation_rules(&self, verb: &'static str) -> Result<&SituationRules, Status> {
        self.situation.as_ref().ok_or_else(|| {
            let remedy = "this service has no situation page: its operator sets situation.listen and \
                          situation.base_url";
            let (resource, remedy) = ("situationLinks".to_owned(), remedy.to_owned());
            refusal(Refusal::WantsFirst { resource, state: None, verb, remedy })
        })
    }

    fn situation_links(&self, rules: &SituationRules) -> SituationLinks<'_> {
        SituationLinks { rules: &self.rules, records: &self.store, limits: rules.limits }
    }
}
