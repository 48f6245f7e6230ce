//! How a mail leaves.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::attempt::{Attempt, CarrierError, Handed};
use crate::smtp::Smtp;
use crate::{MailSettings, MailTransport};

/// How mails leave.
#[derive(Clone)]
pub enum Carrier {
    /// By a mail server.
    Smtp(Smtp),
    /// Into a folder.
    Folder(PathBuf),
}

impl Carrier {
    /// How the settings say; none where nobody is written to.
    ///
    /// # Errors
    /// What cannot be used, by name.
    pub fn open(settings: &MailSettings) -> Result<Option<Self>, CarrierError> {
        match (settings.transport, &settings.folder) {
            (MailTransport::Smtp, _) => {
                let sender = settings.sender.as_deref().unwrap_or_default();
                Ok(Some(Self::Smtp(Smtp::open(&settings.smtp, sender, settings.time_limit)?)))
            }
            (MailTransport::Folder, Some(folder)) => {
                // Mails name people: nobody else on the machine reads them.
                std::fs::create_dir_all(folder)
                    .and_then(|()| seamless_permissions::close_folder(folder))
                    .map_err(|error| CarrierError(format!("{}: {error}", folder.display())))?;
                Ok(Some(Self::Folder(folder.clone())))
            }
            _ => Ok(None),
        }
    }

    /// One attempt. `mark` notes that the content is handed over from now on; where it gives false, nothing is handed over.
    pub(crate) async fn carry(&self, mail: &Handed, mark: impl Future<Output = bool> + Send) -> Attempt {
        match self {
            Self::Smtp(smtp) => smtp.carry(mail, mark).await,
            Self::Folder(folder) => {
                if !mark.await {
                    return Attempt::LeftAlone;
                }
                match written(folder, mail) {
                    Ok(()) => Attempt::Taken,
                    Err(error) => {
                        tracing::warn!(mail = %mail.id, %error, "a mail was not written");
                        Attempt::Later(String::new())
                    }
                }
            }
        }
    }
}

/// Writes the whole file, or none. Its name is that of the mail, so that it is written twice in one place. What stands on the
/// envelope comes before the content, as a server writes it that delivers: who is told of failures (RFC 5321, 4.4), and who gets it
/// (RFC 9228).
fn written(folder: &Path, mail: &Handed) -> std::io::Result<()> {
    let (new, file) = (folder.join(format!("{}.new", mail.id)), folder.join(format!("{}.eml", mail.id)));
    let mut out = std::fs::File::create(&new)?;
    write!(out, "Return-Path: <{}>\r\nDelivered-To: {}\r\n", mail.sender, mail.recipient)?;
    out.write_all(&mail.content)?;
    out.sync_all()?;
    std::fs::rename(new, file)
}
