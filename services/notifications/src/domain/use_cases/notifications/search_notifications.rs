//! Finds notifications by words. The index is made only of what its viewer is shown, and says what may be a hit; a hit is
//! only what has one of the words in the text that the viewer is shown now.

use std::collections::HashMap;

use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use crate::domain::{
    DomainError,
    model::{Notification, NotificationId},
    ports::{NotificationQuery, SearchReader, SeenNotification},
    relation::Relation,
    rules::Rules,
    search::{Highlight, Pattern, Place, Question, Ranking, SECTIONS, highlights},
};

/// Notifications read at a time.
const READ_AT_ONCE: usize = 100;

/// Searches in what a viewer may see.
pub struct SearchNotifications<'a> {
    pub rules: &'a Rules,
    pub index: &'a dyn SearchReader,
}

/// Where a page ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SearchCursor {
    /// The last hit of the page.
    pub place: Place,
    /// How rare the words were at the first page.
    pub rarities: Vec<f64>,
}

/// A notification that was found.
#[derive(Debug)]
pub struct Hit {
    pub notification: Notification,
    pub relation: Relation,
    pub place: Place,
    pub highlights: Vec<Highlight>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    pub rarities: Vec<f64>,
    /// True if the index lacks entries of the viewer's.
    pub is_incomplete: bool,
}

impl SearchNotifications<'_> {
    /// At most `limit` hits after the cursor. The cost grows with the number of entries that have one of the words: a few
    /// bytes for each are read; whole notifications are read for the hits of the page alone.
    ///
    /// # Errors
    /// Those of the index.
    pub async fn execute(
        &self,
        question: &Question,
        query: &NotificationQuery,
        after: Option<&SearchCursor>,
        limit: usize,
    ) -> Result<Found, DomainError> {
        let is_incomplete = self.index.search_is_incomplete(&query.viewer).await?;
        let ranking = self.ranking(question, query).await?;
        let rarities = match after {
            Some(cursor) if cursor.rarities.len() == question.terms.len() => cursor.rarities.clone(),
            _ => ranking.rarities(),
        };
        let mut places = ranking.places(&rarities);
        if let Some(cursor) = after {
            places.retain(|place| *place < cursor.place);
        }
        let mut hits = Vec::new();
        for places in places.chunks(READ_AT_ONCE) {
            hits.extend(self.hits(&query.viewer, question, places).await?);
            if hits.len() >= limit {
                hits.truncate(limit);
                break;
            }
        }
        Ok(Found { hits, rarities, is_incomplete })
    }

    async fn ranking(&self, question: &Question, query: &NotificationQuery) -> Result<Ranking, DomainError> {
        let mut ranking = Ranking::new(question.terms.len());
        for (index, term) in question.terms.iter().enumerate() {
            if let Some(beginning) = term.beginning() {
                ranking.add_beginning(index, &self.index.search_pattern(query, &beginning).await?);
            }
            for section in SECTIONS {
                let exact = term.exact(Some(section));
                ranking.add_exact(index, section, &self.index.search_pattern(query, &exact).await?);
            }
            if let Some(part) = term.part()
                && ranking.lacks(index)
            {
                ranking.add_part(index, &self.index.search_part(query, part).await?);
            }
        }
        if let Some(phrase) = &question.phrase {
            let pattern = Pattern { section: None, alternatives: vec![phrase.clone()] };
            ranking.add_phrase(self.index.search_pattern(query, &pattern).await?);
        }
        Ok(ranking)
    }

    /// The hits at these places, without those that have lost their words or that the viewer may see no more.
    async fn hits(
        &self,
        viewer: &AuthorityId,
        question: &Question,
        places: &[Place],
    ) -> Result<Vec<Hit>, DomainError> {
        let ids: Vec<NotificationId> = places.iter().map(|place| place.notification).collect();
        let seen = self.index.search_seen(viewer, &ids).await?;
        let mut seen: HashMap<NotificationId, SeenNotification> =
            seen.into_iter().map(|seen| (seen.notification.id, seen)).collect();
        let hit = |place: &Place| {
            let SeenNotification { notification, arrangement } = seen.remove(&place.notification)?;
            let side = Relation::of_side(&self.rules.cooperation, &notification.originator, viewer);
            let relation = side.or_else(|| arrangement.map(Relation::Recipient))?;
            let view = relation.view(self.rules, &notification.content.disclosures);
            let highlights = highlights(question, &self.rules.audiences.shown_texts(&notification, &view));
            (!highlights.is_empty()).then_some(Hit { notification, relation, place: *place, highlights })
        };
        Ok(places.iter().filter_map(hit).collect())
    }
}
