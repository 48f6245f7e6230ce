//! `SimilarityService`: which notifications are probably on the same product, and what people decided on them.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_proto::seamless::notifications::v1::{
    self as wire, similarity_service_server::SimilarityService,
};
use tonic::{Request, Response, Status};

use super::context::{Api, statuses_of_list};
use crate::{
    contract::{
        Known, NotificationName, content_in, similarity_decision_out, similarity_reason_out, status_in,
    },
    domain::{
        Caller, DomainError,
        model::{NotificationId, SimilarityAnswer, SimilarityDecision, decision_name},
        ports::{SearchReader, SeenNotification},
        records::{Record, RecordPage, RecordQuery, record, records},
        relation::Relation,
        similar::{Similar, SimilarQuery, SimilarReader, product_of},
        use_cases::{DecideSimilarity, NotificationAccess},
    },
};

/// Candidates where the caller does not say, and the most.
const DEFAULT_CANDIDATES: usize = 10;
const MOST_CANDIDATES: usize = 50;
/// The most answers of a submission.
const MOST_ANSWERS: usize = 50;
/// The longest note, in characters.
const NOTE_LENGTH: usize = 1_000;

#[tonic::async_trait]
impl SimilarityService for Api {
    async fn find_similar(
        &self,
        request: Request<wire::FindSimilarRequest>,
    ) -> Result<Response<wire::FindSimilarResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let (query, originator) = self.similar_query(&caller, request.into_inner()).await.map_err(refusal)?;
        let similar = self.similar.similar_find(&query).await.map_err(refusal)?;
        let ids: Vec<NotificationId> = similar.iter().map(|similar| similar.notification).collect();
        let seen = self.store.search_seen(&caller.authority, &ids).await.map_err(refusal)?;
        let contents = seen.iter().map(|seen| &seen.notification.content);
        let known = self.known(&caller, contents).await.map_err(refusal)?;
        let mut candidates = Vec::with_capacity(similar.len());
        for similar in similar {
            // One that the caller may see no more is left out.
            if let Some(seen) = seen.iter().find(|seen| seen.notification.id == similar.notification) {
                let decision = match (&originator, query.except) {
                    (Some(originator), Some(id)) => {
                        let name = decision_name(originator, id, similar.notification);
                        record::<SimilarityDecision, _>(&self.store, &name).await.map_err(refusal)?
                    }
                    _ => None,
                };
                candidates.push(self.candidate(&caller, seen, &similar, decision.as_ref(), &known));
            }
        }
        let threshold = self.similar.similar_threshold();
        Ok(Response::new(wire::FindSimilarResponse { candidates, threshold }))
    }

    async fn decide_similarity(
        &self,
        request: Request<wire::DecideSimilarityRequest>,
    ) -> Result<Response<wire::SimilarityDecision>, Status> {
        let (caller, call, request) = changing(request)?;
        let name = NotificationName::parse("notification", &request.notification).map_err(refusal)?;
        let mut found = Violations::new();
        let answer = wire::SimilarityAnswer {
            candidate: request.candidate.clone(),
            verdict: request.verdict,
            note: request.note.clone(),
        };
        let answer = answer_in(&mut found, "", answer);
        // Without an answer there was a violation.
        let Some(answer) = found.finish(answer).map_err(refusal)? else {
            return Err(refusal(DomainError::invalid("candidate", "is required")));
        };
        let decide = DecideSimilarity {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        };
        let decide = |now| decide.execute(&caller, name.0, &answer, now);
        self.mutate(call, decide, |decision| decision_for(&decision)).await
    }

    async fn list_similarity_decisions(
        &self,
        request: Request<wire::ListSimilarityDecisionsRequest>,
    ) -> Result<Response<wire::ListSimilarityDecisionsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let statuses = found.vocabularies("statuses", &request.statuses, 10);
        found.finish(()).map_err(refusal)?;
        let notification = NotificationName::parse_optional("parent", &request.parent).map_err(refusal)?;
        if let Some(name) = &notification {
            self.notification_access().on_own_side(&caller, name.0).await.map_err(refusal)?;
        }
        let notification = notification.map(|name| name.0);
        let query = RecordQuery {
            viewer: caller.authority.clone(),
            notification,
            party: None,
            statuses: statuses_of_list(statuses, notification),
            name_prefix: String::new(),
            page: RecordPage {
                states: Vec::new(),
                descending: false,
                after: page.cursor.clone(),
                limit: page.limit(),
            },
        };
        let decisions: Vec<SimilarityDecision> = records(&self.store, &query).await.map_err(refusal)?;
        let (decisions, next_page_token) = page.fill(decisions, Record::in_order, decision_for);
        Ok(Response::new(wire::ListSimilarityDecisionsResponse { decisions, next_page_token }))
    }
}

impl Api {
    fn notification_access(&self) -> NotificationAccess<'_> {
        NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store }
    }

    /// What is looked for, and on whose decisions it goes: those of the notification's side, if the caller is on it.
    async fn similar_query(
        &self,
        caller: &Caller,
        request: wire::FindSimilarRequest,
    ) -> Result<(SimilarQuery, Option<seamless_identity::AuthorityId>), DomainError> {
        let mut found = Violations::new();
        let limit = match usize::try_from(request.max_candidates) {
            Ok(0) => DEFAULT_CANDIDATES,
            Ok(most) => most.min(MOST_CANDIDATES),
            Err(_) => {
                found.add("max_candidates", format!("wants 0 or more; got {}", request.max_candidates));
                0
            }
        };
        let min_probability = request.min_probability.unwrap_or_else(|| self.similar.similar_threshold());
        if !(0.0..=1.0).contains(&min_probability) {
            found.add("min_probability", format!("wants 0 to 1; got {min_probability}"));
        }
        let viewer = caller.authority.clone();
        let (name, draft) = match (request.name.as_str(), request.draft) {
            ("", Some(draft)) => (None, draft),
            (name, None) => (found.name::<NotificationName>("name", name), wire::Notification::default()),
            (_, Some(draft)) => {
                found.add("draft", "wants to be unset where name is set");
                (None, draft)
            }
        };
        let Some(name) = name else {
            let status = status_in(&mut found, "draft.status", draft.status);
            let content = content_in(&mut found, self.rules.audiences.as_ref(), "draft", draft);
            found.finish(())?;
            let product = product_of(&self.rules, &content, &Relation::Originator);
            return Ok((
                SimilarQuery { viewer, status, except: None, product, limit, min_probability },
                None,
            ));
        };
        found.finish(())?;
        let (notification, relation) = self.notification_access().execute(caller, name.0).await?;
        let product = product_of(&self.rules, &notification.content, &relation);
        let (status, except) = (notification.status, Some(notification.id));
        let query = SimilarQuery { viewer, status, except, product, limit, min_probability };
        let is_own = !matches!(relation, Relation::Recipient(_));
        Ok((query, is_own.then_some(notification.originator)))
    }

    fn candidate(
        &self,
        caller: &Caller,
        seen: &SeenNotification,
        similar: &Similar,
        decision: Option<&SimilarityDecision>,
        known: &Known,
    ) -> wire::SimilarNotification {
        let likeness = &similar.likeness;
        wire::SimilarNotification {
            notification: Some(self.seen(caller, seen, known)),
            probability: likeness.probability,
            reasons: likeness.reasons.iter().map(similarity_reason_out).collect(),
            decision: decision.map(decision_for),
        }
    }
}

/// The decision as its side may see it: nobody else gets it.
fn decision_for(decision: &SimilarityDecision) -> wire::SimilarityDecision {
    similarity_decision_out(decision).shown_to(Audience::Originator)
}

/// The answers of a submission, each candidate once and at most one of them the same product.
pub(super) fn answers_in(
    found: &mut Violations,
    answers: Vec<wire::SimilarityAnswer>,
) -> Vec<SimilarityAnswer> {
    const FIELD: &str = "similarity_answers";
    found.count(FIELD, answers.len(), MOST_ANSWERS);
    let mut parsed: Vec<SimilarityAnswer> = Vec::new();
    for (index, answer) in answers.into_iter().take(MOST_ANSWERS).enumerate() {
        let at = format!("{FIELD}[{index}].");
        if let Some(answer) = answer_in(found, &at, answer) {
            if parsed.iter().any(|known| known.candidate == answer.candidate) {
                found.add(format!("{at}candidate"), "wants each notification once");
            }
            if answer.is_same() && parsed.iter().any(|known| known.is_same()) {
                found.add(format!("{at}verdict"), "wants one notification on the same product at most");
            }
            parsed.push(answer);
        }
    }
    parsed
}

fn answer_in(found: &mut Violations, at: &str, answer: wire::SimilarityAnswer) -> Option<SimilarityAnswer> {
    let candidate = found.name::<NotificationName>(&format!("{at}candidate"), &answer.candidate);
    let verdict = found.required_vocabulary(format!("{at}verdict"), answer.verdict);
    let note = found.text(format!("{at}note"), answer.note, NOTE_LENGTH);
    Some(SimilarityAnswer { candidate: candidate?.0, verdict, note })
}
