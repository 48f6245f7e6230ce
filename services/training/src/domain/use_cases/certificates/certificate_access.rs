//! Finds certificates that the caller may see.

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Activity, Certificate, CertificateCode, CertificateState, activity_name, certificate_name},
    ports::RecordReader,
    records::{RecordPage, RecordQuery, record, records},
};

/// Seen by the organiser's side and by that of who registered; nobody else learns whether there is one.
#[derive(Clone, Copy)]
pub struct CertificateAccess<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl CertificateAccess<'_> {
    /// One that the caller may see.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(&self, caller: &Caller, code: &CertificateCode) -> Result<Certificate, DomainError> {
        let cooperation = &self.rules.cooperation;
        let is_seen = |one: &Certificate| {
            let sides = [&one.organiser, &one.registrar];
            sides.into_iter().any(|side| cooperation.sees_as_owner(side, &caller.authority))
        };
        self.known(code).await?.filter(is_seen).ok_or(DomainError::DENIED)
    }

    /// One that the caller issued.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own(&self, caller: &Caller, code: &CertificateCode) -> Result<Certificate, DomainError> {
        let found = self.known(code).await?;
        found.filter(|one| one.organiser == caller.authority).ok_or(DomainError::DENIED)
    }

    /// That of the code, for whoever has it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn known(&self, code: &CertificateCode) -> Result<Option<Certificate>, DomainError> {
        Ok(record(self.records, &certificate_name(code)).await?)
    }

    /// A page of those of an activity that the caller may see, in the order in which they were issued.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn list(
        &self,
        caller: &Caller,
        activity: &Activity,
        states: &[CertificateState],
        after: Option<(i64, String)>,
        limit: u64,
    ) -> Result<Vec<Certificate>, DomainError> {
        let cooperation = &self.rules.cooperation;
        let states = states.iter().map(|state| *state as i32).collect();
        let is_own = cooperation.sees_as_owner(&activity.organiser, &caller.authority);
        let query = RecordQuery {
            owners: cooperation.seen_owners(&caller.authority),
            party: is_own.then(|| activity.organiser.clone()),
            group: Some(activity_name(activity.id)),
            page: RecordPage { states, after, limit, ..RecordPage::default() },
            ..RecordQuery::default()
        };
        Ok(records(self.records, &query).await?)
    }
}
