//! Reads the alerts that a bulletin is made of, one after the other: of all only those are held that are wanted.

use async_trait::async_trait;
use futures::TryStreamExt;
use sea_orm::StreamTrait;
use seamless_commit::fault;
use seamless_identity::AuthorityId;

use super::{
    Store,
    digests::DigestsOfFacts,
    facts::{INPUT, OF_FEED, input_of, parsed, statement, values_of},
};
use crate::domain::{
    DomainError,
    error::Refusal,
    facts::{Fact, RECALL},
    ports::{KnownRecalls, RecallReader},
    recall::RecallFact,
    source::Feed,
};

#[async_trait]
impl RecallReader for Store {
    /// One statement, so that all is of one moment on both databases.
    async fn recalls(
        &self,
        authority: &AuthorityId,
        is_wanted: &(dyn for<'f> Fn(&'f RecallFact) -> bool + Sync),
    ) -> Result<KnownRecalls, DomainError> {
        let connection = self.database.read();
        let sql = format!(
            "SELECT document, source, 0, 0, 0, 0, '', 0 FROM fact WHERE {OF_FEED} AND kind = $3 UNION ALL \
             SELECT '', {INPUT} FROM fact_input WHERE {OF_FEED}"
        );
        let [authority, source] = values_of(&Feed::of_alerts(authority));
        let statement = statement(connection, &sql, [authority, source, RECALL.into()]);
        let mut rows = connection.stream_raw(statement).await.map_err(fault)?;
        let mut known = KnownRecalls::default();
        let mut digests = DigestsOfFacts::default();
        while let Some(row) = rows.try_next().await.map_err(fault)? {
            let document: String = row.try_get_by_index(0).map_err(fault)?;
            if document.is_empty() {
                known.inputs.push(input_of(&row, 1).map_err(fault)?);
                continue;
            }
            if let Fact::Recall(recall) = parsed(&document).map_err(Refusal::Fault)?
                && is_wanted(&recall)
            {
                digests.add(&row.try_get_by_index::<String>(1).map_err(fault)?, &document);
                known.recalls.push(*recall);
            }
        }
        for input in &mut known.inputs {
            input.facts_sha256 = digests.of(&input.source);
        }
        Ok(known)
    }
}
