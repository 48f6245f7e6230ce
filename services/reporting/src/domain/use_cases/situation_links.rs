//! Who may see the page of an authority: links are made, opened once, and ended.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    model::SituationAccess,
    records::{RecordPage, RecordQuery, RecordReader, records},
    source::Feed,
};

/// More than there may ever be.
const MOST: u64 = 20_000;

/// How long links and sign-ins are good, and how many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SituationLimits {
    /// How long a link can be opened.
    pub link: SignedDuration,
    /// How long who opened it is signed in.
    pub session: SignedDuration,
    /// The most links and sign-ins of an authority that are in force.
    pub most: usize,
}

/// Links to the page, and who is signed in by them.
#[derive(Clone, Copy)]
pub struct SituationLinks<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub limits: SituationLimits,
}

impl SituationLinks<'_> {
    /// Makes a link, whose secret has this digest.
    ///
    /// # Errors
    /// `NotFollowed` where there is nothing to show; `LimitReached`; those of the store.
    pub async fn create(
        &self,
        caller: &Caller,
        (id, digest): (Uuid, String),
        now: Timestamp,
    ) -> Result<Decision<SituationAccess>, DomainError> {
        if !self.rules.owners().contains(&caller.authority) {
            return Err(DomainError::NotFollowed(Feed::of_alerts(&caller.authority)));
        }
        let most = self.limits.most;
        if self.in_force(caller, now).await?.len() >= most {
            let subject = format!("authorities/{}", caller.authority);
            let limit = "links to the situation page and sign-ins in force";
            return Err(Refusal::LimitReached { subject, limit, maximum: most }.into());
        }
        let access = SituationAccess {
            id,
            authority: caller.authority.clone(),
            principal: caller.principal.clone(),
            digest,
            expire_time: later(now, self.limits.link),
            open_time: None,
            end_time: None,
            create_time: now,
            revision: 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&access)?;
        Ok(Decision { outcome: access, changes })
    }

    /// Opens the link whose secret has this digest, once; `session` is the digest of the secret that is good from then on. None where
    /// there is no such link, or no more.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(
        &self,
        link: &str,
        session: String,
        now: Timestamp,
    ) -> Result<Option<Decision<SituationAccess>>, DomainError> {
        let found = self.of(link, SituationAccess::LINK, now).await?;
        let Some(found) = found else { return Ok(None) };
        let opened = found.opened(session, now, later(now, self.limits.session));
        let mut changes = ChangeSet::default();
        changes.put_record(&opened)?;
        Ok(Some(Decision { outcome: opened, changes }))
    }

    /// Who is signed in by the secret of this digest; none where nobody is, or no more.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn signed_in(
        &self,
        digest: &str,
        now: Timestamp,
    ) -> Result<Option<SituationAccess>, DomainError> {
        self.of(digest, SituationAccess::SIGNED_IN, now).await
    }

    /// Signs out.
    ///
    /// # Errors
    /// Those of the store.
    pub fn end(&self, access: SituationAccess, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        changes.put_record(&access.ended(now))?;
        Ok(changes)
    }

    /// Ends all links and sign-ins of the caller's authority; gives how many there were.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn revoke(&self, caller: &Caller, now: Timestamp) -> Result<Decision<usize>, DomainError> {
        let mut changes = ChangeSet::default();
        let in_force = self.in_force(caller, now).await?;
        let count = in_force.len();
        for access in in_force {
            changes.put_record(&access.ended(now))?;
        }
        Ok(Decision { outcome: count, changes })
    }

    async fn in_force(&self, caller: &Caller, now: Timestamp) -> Result<Vec<SituationAccess>, DomainError> {
        let page = RecordPage {
            states: vec![SituationAccess::LINK, SituationAccess::SIGNED_IN],
            after: Some((now.as_microsecond(), String::new())),
            limit: MOST,
            ..RecordPage::default()
        };
        let owners = vec![caller.authority.clone()];
        Ok(records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }

    /// The one whose secret has this digest; whoever asks for none waits as long.
    async fn of(
        &self,
        digest: &str,
        state: i32,
        now: Timestamp,
    ) -> Result<Option<SituationAccess>, DomainError> {
        let owners = self.rules.cooperation.authorities_that(|_| true);
        let page = RecordPage { states: vec![state], limit: 1, ..RecordPage::default() };
        let group = Some(digest.to_owned());
        let found: Vec<SituationAccess> =
            records(self.records, &RecordQuery { owners, group, page, ..RecordQuery::default() }).await?;
        Ok(found.into_iter().find(|access| access.is_in_force(now)))
    }
}

fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
