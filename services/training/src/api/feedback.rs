//! `FeedbackService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_proto::seamless::training::v1::{self as wire, feedback_service_server::FeedbackService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{FeedbackName, RegistrationName, comment_out, feedback_in, feedback_out, summary_out},
    domain::use_cases::{GiveFeedback, ReadFeedback},
};

#[tonic::async_trait]
impl FeedbackService for Api {
    async fn give_feedback(
        &self,
        request: Request<wire::GiveFeedbackRequest>,
    ) -> Result<Response<wire::Feedback>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let parent = found.name::<RegistrationName>("parent", &request.parent);
        let content = match request.feedback {
            Some(given) => Some(feedback_in(&mut found, "feedback", given)),
            None => {
                found.add("feedback", "is required");
                None
            }
        };
        let (RegistrationName { activity, registration }, content) =
            found.finish_some(parent.zip(content)).map_err(refusal)?;
        let give = GiveFeedback {
            registrations: self.registration_access(),
            records: &self.store,
            least: self.rules.limits.least_feedback,
        };
        let decide = |now| {
            let (caller, content, give) = (&caller, content.clone(), &give);
            async move { give.execute(caller, (activity, registration), content, now).await }
        };
        self.mutate(call, decide, |made| feedback_out(&made).shown_to(Audience::Originator)).await
    }

    async fn get_feedback_summary(
        &self,
        request: Request<wire::GetFeedbackSummaryRequest>,
    ) -> Result<Response<wire::FeedbackSummary>, Status> {
        let caller = seamless_api::caller(&request)?;
        let FeedbackName(id) = FeedbackName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let found = self.read_feedback().summary(&caller, id, self.clock.now()).await.map_err(refusal)?;
        Ok(Response::new(summary_out(&found).shown_to(Audience::Originator)))
    }

    async fn list_feedback_comments(
        &self,
        request: Request<wire::ListFeedbackCommentsRequest>,
    ) -> Result<Response<wire::ListFeedbackCommentsResponse>, Status> {
        let (caller, request, page): (_, _, Page<Uuid>) = self.paged(request)?;
        let FeedbackName(id) = FeedbackName::parse("parent", &request.parent).map_err(refusal)?;
        let mut all = self.read_feedback().comments(&caller, id, self.clock.now()).await.map_err(refusal)?;
        all.retain(|one| page.cursor.is_none_or(|after| one.id > after));
        all.truncate(page.size + 1);
        let (comments, next_page_token) = page.fill(all, |one| one.id, comment_out);
        Ok(Response::new(wire::ListFeedbackCommentsResponse { comments, next_page_token }))
    }
}

impl Api {
    fn read_feedback(&self) -> ReadFeedback<'_> {
        let least = self.rules.limits.least_feedback;
        ReadFeedback { activities: self.activity_access(), records: &self.store, least }
    }
}
