//! Gives an answer to others than the side whose cases it counts: what would tell of few of them is withheld, and what is told is kept,
//! so that later answers and reports are judged with it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::{
    ask_statistics::StatisticsBasis,
    published::{Published, published},
};
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules, Violation,
    figures::statistics::{Statistics, StatisticsQuery},
    records::{RecordQuery, RecordReader},
    small_counts::{Released, news, tells_news, wrong_for_release, wrong_period_for_release},
};

/// Gives answers to others.
pub struct ReleaseStatistics<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ReleaseStatistics<'_> {
    /// Checks what may be asked for others.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(&self, query: &StatisticsQuery, now: Timestamp) -> Result<(), DomainError> {
        let of_period = wrong_period_for_release(&query.period, &self.rules.zones, now).into_iter();
        let of_period = of_period.map(|one| (format!("period.{}", one.field), one.wanted));
        let of_query = wrong_for_release(query).into_iter().map(|one| (one.field, one.description));
        let wrong: Vec<Violation> = of_period
            .chain(of_query)
            .map(|(field, description)| Violation { field: format!("query.{field}"), description })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
    }

    /// All that was published before.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn published(&self, owner: &AuthorityId) -> Result<Published, DomainError> {
        published(self.records, self.rules, owner).await
    }

    /// Keeps what the answer tells. One that tells nothing new changes nothing.
    ///
    /// # Errors
    /// `Fault` if it cannot be written.
    pub fn enter(
        &self,
        basis: &StatisticsBasis,
        (statistics, released): (Statistics, Released),
        published: &Published,
        now: Timestamp,
    ) -> Result<Decision<Statistics>, DomainError> {
        let Released { draft, verdict, .. } = released;
        let release = draft.published(&verdict.withheld, Uuid::now_v7(), basis.owner.clone(), now);
        let release = news(release, &published.before);
        let mut changes = ChangeSet::default();
        if tells_news(&release, &published.before) {
            changes.put_record(&release)?;
            changes.put_record(&published.once_more())?;
        }
        Ok(Decision { outcome: statistics, changes })
    }
}
