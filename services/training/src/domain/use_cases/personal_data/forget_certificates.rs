//! Takes names and documents out of certificates. What they say besides stays, so that they verify as before.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    ChangeSet, DomainError,
    model::{ActivityId, Certificate, RegisteredPerson, RegistrationId, activity_name},
    ports::RecordReader,
    records::{Record, RecordQuery, all_records},
};

/// Certificates whose holder is known.
#[derive(Clone, Copy)]
pub struct ForgetCertificates<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ForgetCertificates<'_> {
    /// Those of a person, by its address or its places in registrations, of activities that the authority leads, or of
    /// registrations that it made.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn known(
        &self,
        authority: &AuthorityId,
        address: Option<&str>,
        places: &[RegisteredPerson],
    ) -> Result<Vec<Certificate>, DomainError> {
        let all = self.all(authority, None).await?;
        let is_of = |one: &Certificate| {
            let holder = one.holder.as_ref();
            holder.is_some_and(|holder| {
                places.contains(&one.who) || address.is_some_and(|address| holder.address == address)
            })
        };
        Ok(all.into_iter().filter(is_of).collect())
    }

    /// Erases those of a person.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_person(
        &self,
        authority: &AuthorityId,
        address: &str,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        erase(self.known(authority, Some(address), &[]).await?, now, changes)
    }

    /// Erases those of a person at these places; what others of a group have stays theirs.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_places(
        &self,
        organiser: &AuthorityId,
        activity: ActivityId,
        places: &[RegisteredPerson],
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let all = self.all(organiser, Some(activity_name(activity))).await?;
        erase(all.into_iter().filter(|one| places.contains(&one.who)).collect(), now, changes)
    }

    /// Erases all of a registration, with whoever was named in it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_registrations(
        &self,
        organiser: &AuthorityId,
        activity: ActivityId,
        registrations: &[RegistrationId],
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let all = self.all(organiser, Some(activity_name(activity))).await?;
        let own = all.into_iter().filter(|one| registrations.contains(&one.who.registration));
        erase(own.collect(), now, changes)
    }

    async fn all(
        &self,
        authority: &AuthorityId,
        group: Option<String>,
    ) -> Result<Vec<Certificate>, DomainError> {
        let (owners, party) = (vec![authority.clone()], Some(authority.clone()));
        let query = RecordQuery { owners, party, group, ..RecordQuery::default() };
        all_records(self.records, query).await
    }
}

fn erase(found: Vec<Certificate>, now: Timestamp, changes: &mut ChangeSet) -> Result<(), DomainError> {
    for certificate in found.into_iter().filter(|one| one.erase_time.is_none()) {
        let name = certificate.name();
        if changes.records.iter().any(|write| write.record.name == name) {
            continue;
        }
        changes.forget(name);
        changes.erased_files.extend(certificate.documents.iter().map(|one| one.sha256.clone()));
        changes.put_record(&certificate.erased(now), false)?;
    }
    Ok(())
}
