//! Makes links, and revokes them.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    model::{CalendarLink, CalendarShows, calendar_link_name},
    ports::RecordReader,
    records::{Record, RecordPage, RecordQuery, all_records, record, records},
    use_cases::require_revision,
};

/// An authority's own links.
#[derive(Clone, Copy)]
pub struct CalendarLinks<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl CalendarLinks<'_> {
    /// Adds a link of the caller's.
    ///
    /// # Errors
    /// `LimitReached`, where as many are in force as may be; those of the store.
    pub async fn create(
        &self,
        caller: &Caller,
        link: CalendarLink,
    ) -> Result<Decision<CalendarLink>, DomainError> {
        let most = self.rules.limits.calendars.links;
        let states = vec![CalendarLink::IN_FORCE];
        let page = RecordPage { states, limit: most as u64, ..RecordPage::default() };
        let owners = vec![caller.authority.clone()];
        let in_force: Vec<CalendarLink> =
            records(self.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?;
        if in_force.len() >= most {
            let (subject, limit) = (caller.authority.to_string(), "links to calendars in force");
            return Err(Refusal::LimitReached { subject, limit, maximum: most }.into());
        }
        let mut changes = ChangeSet::default();
        changes.put_record(&link, true)?;
        Ok(Decision { outcome: link, changes })
    }

    /// Revokes a link of the caller's.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` where it is revoked; `EtagMismatch`; those of the store.
    pub async fn revoke(
        &self,
        caller: &Caller,
        id: Uuid,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<CalendarLink>, DomainError> {
        let found: Option<CalendarLink> = record(self.records, &calendar_link_name(id)).await?;
        let present = found.filter(|one| one.authority == caller.authority).ok_or(DomainError::DENIED)?;
        require_revision(revision, present.revision, || calendar_link_name(id))?;
        if present.is_revoked() {
            return Err(DomainError::illegal(calendar_link_name(id), "REVOKED", "revoking"));
        }
        let mut changes = ChangeSet::default();
        let link = revoked(present, now, &mut changes)?;
        Ok(Decision { outcome: link, changes })
    }

    /// Revokes all links of a person.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn forget_person(
        &self,
        authority: &AuthorityId,
        address: &str,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        for link in self.of_person(authority, address).await? {
            revoked(link, now, changes)?;
        }
        Ok(())
    }

    /// Links of an authority that are of a person.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_person(
        &self,
        authority: &AuthorityId,
        address: &str,
    ) -> Result<Vec<CalendarLink>, DomainError> {
        let page = RecordPage { states: vec![CalendarLink::IN_FORCE], ..RecordPage::default() };
        let owners = vec![authority.clone()];
        let query = RecordQuery { owners, page, ..RecordQuery::default() };
        let all: Vec<CalendarLink> = all_records(self.records, query).await?;
        Ok(all.into_iter().filter(|link| link.is_of(address)).collect())
    }
}

/// The link, revoked; the answer to the call that made it keeps its name alone.
fn revoked(
    present: CalendarLink,
    now: Timestamp,
    changes: &mut ChangeSet,
) -> Result<CalendarLink, DomainError> {
    if matches!(present.shows, CalendarShows::Person(_)) {
        changes.forget(present.name());
    }
    let link = present.revoked(now);
    changes.put_record(&link, false)?;
    Ok(link)
}
