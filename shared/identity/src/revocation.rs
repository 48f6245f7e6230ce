//! Credentials that were taken back before their time: a file of certificates and token ids, read again when it changes.
//!
//! Invariants: there is always a list. A file that cannot be read, or is wrong, leaves the one before in force and is told as
//! an error; at the start it stops the start. What comes onto the list counts at once; what goes from it counts once two looks in a
//! row found it gone, so that a file that is read while it is written gives nothing back.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use seamless_identifiers::toml_fault;
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct RevocationError {
    path: PathBuf,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    certificate_serials: Vec<String>,
    #[serde(default)]
    certificate_uris: Vec<String>,
    #[serde(default)]
    token_ids: Vec<String>,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RevokedList {
    serials: HashSet<Vec<u8>>,
    uris: HashSet<String>,
    token_ids: HashSet<String>,
}

/// By what a credential is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    /// The serial number without leading zeros, and the SAN URIs.
    Certificate { serial: Vec<u8>, uris: Vec<String> },
    /// The claim `jti`, if there is one.
    Token(Option<String>),
}

impl Marks {
    /// Those of the leaf of a chain; nothing where it is no certificate.
    pub(crate) fn of_certificate(chain: &[CertificateDer<'_>]) -> Option<Self> {
        let (_, certificate) = parse_x509_certificate(chain.first()?).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.map(|extension| extension.value.general_names.as_slice()).unwrap_or_default();
        let uris = names.iter().filter_map(|name| match name {
            GeneralName::URI(uri) => Some((*uri).to_owned()),
            _ => None,
        });
        let serial = without_leading_zeros(certificate.raw_serial());
        Some(Self::Certificate { serial, uris: uris.collect() })
    }
}

impl RevokedList {
    /// Reads a list, and names everything that is wrong with it.
    fn parse(text: &str) -> Result<Self, String> {
        let document: Document = toml::from_str(text).map_err(|error| toml_fault(text, &error))?;
        let mut wrong = Vec::new();
        let mut serials = HashSet::new();
        for text in &document.certificate_serials {
            match serial(text) {
                Some(serial) => drop(serials.insert(serial)),
                None => wrong.push(format!("certificate_serials: {text:?} is no hexadecimal number")),
            }
        }
        for (key, texts) in
            [("certificate_uris", &document.certificate_uris), ("token_ids", &document.token_ids)]
        {
            if texts.iter().any(|text| text.trim().is_empty()) {
                wrong.push(format!("{key}: a text is empty"));
            }
        }
        let uris = document.certificate_uris.into_iter().collect();
        let token_ids = document.token_ids.into_iter().collect();
        if wrong.is_empty() { Ok(Self { serials, uris, token_ids }) } else { Err(wrong.join("; ")) }
    }

    fn holds(&self, marks: &Marks) -> bool {
        match marks {
            Marks::Certificate { serial, uris } => {
                self.serials.contains(serial) || uris.iter().any(|uri| self.uris.contains(uri))
            }
            Marks::Token(id) => id.as_ref().is_some_and(|id| self.token_ids.contains(id)),
        }
    }

    /// What is on either.
    fn joined(&self, other: &Self) -> Self {
        let Self { serials, uris, token_ids } = other;
        let mut joined = self.clone();
        joined.serials.extend(serials.iter().cloned());
        joined.uris.extend(uris.iter().cloned());
        joined.token_ids.extend(token_ids.iter().cloned());
        joined
    }

    fn len(&self) -> usize {
        self.serials.len() + self.uris.len() + self.token_ids.len()
    }
}

/// A serial number as openssl and browsers write it: hexadecimal, with or without colons, in any case.
fn serial(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| *c != ':').collect();
    let digits = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let octets = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok());
    octets.collect::<Option<Vec<u8>>>().map(|octets| without_leading_zeros(&octets))
}

fn without_leading_zeros(octets: &[u8]) -> Vec<u8> {
    octets.iter().copied().skip_while(|octet| *octet == 0).collect()
}

/// The list in force, which follows its file until this is dropped.
pub struct Revocations {
    present: watch::Receiver<Arc<RevokedList>>,
    _follows_file: AbortOnDropHandle<()>,
}

impl Revocations {
    /// Reads the file for the first time, and from then on in the background, every `interval`; call it inside a tokio
    /// runtime.
    ///
    /// # Errors
    /// The file cannot be read, or is wrong; everything that is wrong is named.
    pub async fn open(path: &Path, interval: Duration) -> Result<Self, RevocationError> {
        let path = path.to_owned();
        let first = read(&path).await.map_err(|what| RevocationError { path: path.clone(), what })?;
        let (sender, present) = watch::channel(Arc::new(first));
        let follows_file = tokio::spawn(follow(path, interval, sender));
        Ok(Self { present, _follows_file: AbortOnDropHandle::new(follows_file) })
    }

    /// Whether a credential is on the list now.
    pub(crate) fn hold(&self, marks: &Marks) -> bool {
        self.present.borrow().holds(marks)
    }

    /// Ends when a credential is on the list, be it never.
    pub(crate) fn until_held(&self, marks: Marks) -> impl Future<Output = ()> + Send + 'static {
        let mut present = self.present.clone();
        async move {
            if present.wait_for(|list| list.holds(&marks)).await.is_err() {
                // The list is followed no more: the service ends.
                std::future::pending::<()>().await;
            }
        }
    }
}

async fn follow(path: PathBuf, interval: Duration, present: watch::Sender<Arc<RevokedList>>) {
    let (mut told, mut read_last) = (None, None);
    loop {
        tokio::time::sleep(interval).await;
        let found = read(&path).await;
        let before = read_last.take();
        match found {
            Ok(list) => {
                told = None;
                let stands = if before.as_ref() == Some(&list) {
                    list.clone()
                } else {
                    present.borrow().joined(&list)
                };
                if **present.borrow() != stands {
                    tracing::info!(file = %path.display(), entries = stands.len(), "revoked credentials changed");
                    present.send_replace(Arc::new(stands));
                }
                read_last = Some(list);
            }
            Err(what) if told.as_ref() == Some(&what) => {}
            Err(what) => {
                let file = path.display();
                tracing::error!(%file, error = %what, "revoked credentials not read, the former list stays");
                told = Some(what);
            }
        }
    }
}

async fn read(path: &Path) -> Result<RevokedList, String> {
    let text = tokio::fs::read_to_string(path).await.map_err(|error| error.to_string())?;
    RevokedList::parse(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_all_that_is_wrong_and_reads_serials_as_they_are_written() {
        let wrong = "certificate_serials = [\"0x1\", \"12\", \"\"]\ntoken_ids = [\" \"]";
        let what = RevokedList::parse(wrong).unwrap_err();
        for part in ["\"0x1\"", "\"\"", "token_ids"] {
            assert!(what.contains(part), "{what}");
        }
        assert!(!what.contains("12"), "{what}");
        assert!(RevokedList::parse("token_id = []").is_err(), "a misspelt key revokes nothing unsaid");
        for text in ["0A:1b", "a1b", "00:0a:1B"] {
            assert_eq!(serial(text), Some(vec![0x0a, 0x1b]), "{text}");
        }
    }

    /// A list that is found empty between two that hold a credential lets it in no moment; one that stays empty gives it back.
    #[tokio::test(start_paused = true)]
    async fn what_is_read_while_it_is_written_gives_nothing_back() {
        let folder = tempfile::tempdir().unwrap();
        let (file, interval) = (folder.path().join("revoked.toml"), Duration::from_secs(1));
        let write = |text: &str| std::fs::write(&file, text).unwrap();
        write("token_ids = [\"a\"]");
        let list = Revocations::open(&file, interval).await.unwrap();
        let marks = |id: &str| Marks::Token(Some(id.to_owned()));
        let looked = || tokio::time::sleep(interval + Duration::from_millis(100));
        for (text, held) in [
            ("", ["a"].as_slice()),
            ("token_ids = [\"b\"]", &["a", "b"]),
            ("token_ids = [\"b\"", &["a", "b"]),
            ("", &["a", "b"]),
            ("", &[]),
        ] {
            write(text);
            looked().await;
            let holds: Vec<&str> = ["a", "b"].into_iter().filter(|id| list.hold(&marks(id))).collect();
            assert_eq!(holds, held, "after {text:?}");
        }
    }
}
