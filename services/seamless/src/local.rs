//! What lies where in the data folder of a local `seamless up`.

use std::path::{Path, PathBuf};

/// The folder of the local issuer: certificates and keys.
pub fn issuer(data: &Path) -> PathBuf {
    data.join("issuer")
}

/// The certificate authority's certificate.
pub fn ca_certificate(data: &Path) -> PathBuf {
    issuer(data).join("ca.pem")
}

/// The bearer token of an authority.
pub fn token(data: &Path, authority: &str) -> PathBuf {
    data.join("tokens").join(format!("{authority}.token"))
}

/// The folder of an authority's client certificate.
pub fn client_certificate(data: &Path, authority: &str) -> PathBuf {
    data.join("clients").join(authority)
}

/// Authorities and arrangements.
pub fn cooperation(data: &Path) -> PathBuf {
    data.join("cooperation.toml")
}

/// Credentials that were taken back.
pub fn revoked(data: &Path) -> PathBuf {
    data.join("revoked.toml")
}

/// Where the services listen.
pub fn endpoints(data: &Path) -> PathBuf {
    data.join("endpoints.json")
}

/// The folder of attachments.
pub fn files(data: &Path) -> PathBuf {
    data.join("files")
}

/// The database of the notifications service.
pub fn notifications_database(data: &Path) -> PathBuf {
    data.join("notifications.db")
}

/// The folder with the keys of receipts.
pub fn receipt_keys(data: &Path) -> PathBuf {
    data.join("receipts")
}

/// The folder with the keys of certificates.
pub fn certificate_keys(data: &Path) -> PathBuf {
    data.join("certificate-keys")
}

/// Where the scheme of pre-inspections and controls applies.
pub fn pilot(data: &Path) -> PathBuf {
    data.join("pilot.toml")
}

/// The folder of documents of pre-inspections.
pub fn consignment_files(data: &Path) -> PathBuf {
    data.join("consignment-files")
}

/// The folder of sample files.
pub fn sample(data: &Path) -> PathBuf {
    data.join("sample")
}

/// The folder of materials and certificates of trainings.
pub fn training_files(data: &Path) -> PathBuf {
    data.join("training-files")
}

/// Where the training service writes its mails to.
pub fn mails(data: &Path) -> PathBuf {
    data.join("mails")
}

/// The database of the training service.
pub fn training_database(data: &Path) -> PathBuf {
    data.join("training.db")
}

/// The folder of documents of reports.
pub fn report_files(data: &Path) -> PathBuf {
    data.join("report-files")
}

/// The folder with the keys of reports.
pub fn report_keys(data: &Path) -> PathBuf {
    data.join("report-keys")
}

/// The database of the reporting service.
pub fn reporting_database(data: &Path) -> PathBuf {
    data.join("reporting.db")
}

/// The database of the consignments service.
pub fn consignments_database(data: &Path) -> PathBuf {
    data.join("consignments.db")
}
