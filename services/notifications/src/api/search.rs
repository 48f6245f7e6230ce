//! `SearchNotifications`: the hits as the caller may see them, and where the words stand in just that.

use seamless_api::{Handlers, Page, Violations, refusal};
use seamless_proto::seamless::notifications::v1 as wire;
use tonic::{Request, Status};

use super::{context::Api, notifications::query_in};
use crate::{
    contract::{Known, redact::notification_for},
    domain::{
        search::Question,
        use_cases::{Hit, SearchCursor, SearchNotifications},
    },
};

/// The longest question, in characters.
const QUERY_LENGTH: usize = 200;

impl Api {
    /// A page of hits.
    pub(super) async fn search(
        &self,
        request: Request<wire::SearchNotificationsRequest>,
    ) -> Result<wire::SearchNotificationsResponse, Status> {
        let (caller, request, page): (_, _, Page<SearchCursor>) = self.paged(request)?;
        let mut found = Violations::new();
        let text = found.text("query", request.query, QUERY_LENGTH);
        let question = Question::parse(&text).map_err(|wrong| found.add("query", wrong)).ok();
        let query = query_in(&mut found, &caller, request.filter.unwrap_or_default());
        let (query, question) = found.finish((query, question)).map_err(refusal)?;
        // Without a question there was a violation.
        let Some(question) = question else { return Ok(wire::SearchNotificationsResponse::default()) };
        let search = SearchNotifications { rules: &self.rules, index: &self.store };
        let limit = page.size + 1;
        let result = search.execute(&question, &query, page.cursor.as_ref(), limit).await.map_err(refusal)?;
        let rarities = result.rarities;
        let cursor_of = |last: &Hit| SearchCursor { place: last.place, rarities: rarities.clone() };
        let contents = result.hits.iter().map(|hit| &hit.notification.content);
        let known = self.known(&caller, contents).await.map_err(refusal)?;
        let (hits, next_page_token) = page.fill(result.hits, cursor_of, |hit| self.hit(hit, &known));
        Ok(wire::SearchNotificationsResponse { hits, next_page_token, incomplete: result.is_incomplete })
    }

    fn hit(&self, hit: &Hit, known: &Known) -> wire::SearchHit {
        let highlights = hit.highlights.iter().map(|highlight| wire::SearchHighlight {
            path: highlight.path.clone(),
            excerpt: highlight.excerpt.clone(),
        });
        wire::SearchHit {
            notification: Some(notification_for(&self.rules, &hit.notification, &hit.relation, known)),
            score: hit.place.score(),
            highlights: highlights.collect(),
        }
    }
}
