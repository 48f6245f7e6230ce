//! The alerts that an authority is shown.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    DomainError,
    error::Refusal,
    model::EventStatus,
    needs::{FollowedFeeds, KnownAlert, KnownFeed, ProductAreas},
    ports::{AlertQuery, AlertReader},
};

/// What one authority is shown is read for that authority alone.
#[derive(Clone, Copy)]
pub struct Alerts<'a> {
    pub followed: &'a FollowedFeeds,
    pub areas: &'a ProductAreas,
    pub alerts: &'a dyn AlertReader,
    /// The most alerts that an answer is worked out of.
    pub most: u64,
    /// The longest period, in days.
    pub longest_days: u32,
    /// How many alerts of a topic are named at most.
    pub named: usize,
}

impl Alerts<'_> {
    /// What is known of the alerts of an authority.
    ///
    /// # Errors
    /// `NotFollowed`; `Unavailable` before the feed was reached first; those of the store.
    pub async fn known(
        &self,
        authority: &AuthorityId,
        status: EventStatus,
    ) -> Result<KnownFeed, DomainError> {
        if !self.followed.has(authority) {
            return Err(DomainError::NotFollowed(authority.clone()));
        }
        // Before the store is asked: what is known by then is in it.
        let reached = self.followed.known_until(authority);
        let standing = self.alerts.alert_feed(authority, status).await?;
        let known_until = reached.into_iter().chain(standing.told_until).max();
        let known_until = known_until.ok_or_else(|| {
            Refusal::Unavailable(format!("the feed of alerts of {authority} was not reached yet"))
        })?;
        Ok(KnownFeed { authority: authority.clone(), standing, known_until })
    }

    /// Those that count from a time within the period, which may be in two parts.
    ///
    /// # Errors
    /// `LimitReached` where there are more than an answer is worked out of; those of the store.
    pub async fn within(
        &self,
        authority: &AuthorityId,
        status: EventStatus,
        spans: &[(Timestamp, Timestamp)],
    ) -> Result<Vec<KnownAlert>, DomainError> {
        let mut found = Vec::new();
        for (from, until) in spans {
            let query = AlertQuery {
                authority: authority.clone(),
                status,
                from: *from,
                until: *until,
                limit: self.most + 1,
            };
            found.extend(self.alerts.alert_list(&query).await?);
        }
        if found.len() as u64 > self.most {
            let maximum = usize::try_from(self.most).unwrap_or(usize::MAX);
            let subject = "this period: ask for fewer days".to_owned();
            return Err(Refusal::LimitReached { subject, limit: "alerts", maximum }.into());
        }
        Ok(found)
    }
}
