//! Takes a person out of what was written about a registration.

use crate::domain::{
    ChangeSet, DomainError,
    change::MailChange,
    model::{Correspondence, Registration, address_key, correspondence_name},
    ports::RecordReader,
    records::{RecordQuery, record},
};

/// Mails, and what was told.
#[derive(Clone, Copy)]
pub struct ForgetCorrespondence<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ForgetCorrespondence<'_> {
    /// Of whoever was written to about the registration; with an address, if that is the person.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of(
        &self,
        registration: &Registration,
        address: Option<&str>,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let name = correspondence_name(registration.pool.activity, registration.id);
        let known: Option<Correspondence> = record(self.records, &name).await?;
        let is_written_to = address.is_none_or(|address| {
            let to = known.as_ref().and_then(|known| known.to.as_ref());
            registration.content.address() == address
                || to.is_some_and(|to| address_key(&to.email) == address)
        });
        if !is_written_to {
            return Ok(());
        }
        changes.mail(MailChange::ForgetAbout(registration.name()));
        if let Some(known) = known.filter(|known| known.to.is_some() || !known.token.is_empty()) {
            changes.put_record(&known.without_person(), false)?;
        }
        Ok(())
    }
}
