//! Uploads that nobody goes on with.

use jiff::{SignedDuration, Timestamp};

use crate::progress::{TOUCHED, unavailable};
use crate::{FileError, FileStore};

impl FileStore {
    /// Removes the uploads that were not touched for `upload_expiry` before `now`, finished ones included, and gives their
    /// number. `now` is of the same clock as that given to [`FileStore::begin`]. Content stays. Call it now and then, from
    /// any replica.
    ///
    /// # Errors
    /// [`FileError::Unavailable`] if the uploads cannot be listed, or the last upload that could not be removed; the
    /// others are.
    pub async fn purge_expired(&self, now: Timestamp) -> Result<u64, FileError> {
        let listed =
            self.objects.list_with_delimiter(Some(&self.uploads_path())).await.map_err(unavailable)?;
        let (mut removed, mut failure) = (0, None);
        for folder in listed.common_prefixes {
            let touched = match self.small_object(&folder.clone().join(TOUCHED)).await {
                Ok(touched) => touched,
                Err(error) => {
                    failure = Some(error);
                    continue;
                }
            };
            // Without it the upload was given up, and a part came in that was on its way.
            let touched = touched.and_then(|text| instant(&text)).unwrap_or(Timestamp::MIN);
            if !self.has_expired(touched, now) {
                continue;
            }
            match self.remove_upload(&folder).await {
                Ok(()) => removed += 1,
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(removed), Err)
    }

    fn has_expired(&self, touched: Timestamp, now: Timestamp) -> bool {
        let expiry = SignedDuration::try_from(self.settings.upload_expiry).unwrap_or(SignedDuration::MAX);
        touched.saturating_add(expiry).unwrap_or(Timestamp::MAX) <= now
    }
}

fn instant(text: &[u8]) -> Option<Timestamp> {
    let microseconds = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
    Timestamp::from_microsecond(microseconds).ok()
}
