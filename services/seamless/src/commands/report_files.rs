//! `seamless report download`, `seamless bulletin download`: the documents of a report or a bulletin, each as its manifest says.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use seamless_proto::seamless::reporting::v1 as wire;
use sha2::{Digest, Sha256};

use super::{
    download::{free_file, part_of},
    report_check,
};
use crate::{
    cli,
    connection::Connection,
    error::{Failure, REFUSED},
    output,
};

/// What is saved: a report or a bulletin.
pub struct Saved<'a> {
    /// `reports/{report}` or `bulletins/{bulletin}`.
    pub name: &'a str,
    pub state: wire::ReportState,
    pub manifest: Option<&'a wire::ReportManifest>,
    pub signature: &'a str,
}

/// Saves one document, or all of them into a folder with the signature and the keys that verify it.
pub async fn download(
    connection: &Connection,
    saved: Saved<'_>,
    format: Option<cli::ReportFormat>,
    output: Option<PathBuf>,
    json: bool,
) -> Result<(), Failure> {
    let name = saved.name;
    let Some(manifest) = saved.manifest else {
        let state = output::word(saved.state.as_str_name(), "REPORT_STATE_");
        let message = format!("{name} is {state}: there is nothing to download");
        return Err(Failure { exit: REFUSED, message });
    };
    let Some(format) = format.map(wire::ReportFormat::from) else {
        let id = name.split_once('/').map_or(name, |(_, id)| id);
        let folder = output.unwrap_or_else(|| PathBuf::from(id));
        return whole(connection, &saved, &manifest.documents, &folder, json).await;
    };
    let tag = connection.language().tag();
    let is_wanted = |one: &&wire::ReportDocument| {
        one.format() == format && (one.language.is_empty() || one.language == tag)
    };
    let Some(document) = manifest.documents.iter().find(is_wanted) else {
        let format = output::word(format.as_str_name(), "REPORT_FORMAT_");
        return Err(Failure { exit: REFUSED, message: format!("{name} has no {format} in {tag}") });
    };
    let target = match output {
        Some(target) => target,
        None => free_file(&document.file_name)?,
    };
    fetch(connection, name, document, &target, json).await
}

/// Saves all documents into the folder, with the signature and the keys that verify it.
async fn whole(
    connection: &Connection,
    saved: &Saved<'_>,
    documents: &[wire::ReportDocument],
    folder: &Path,
    json: bool,
) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::while_doing(folder.display(), error))?;
    for document in documents {
        // What a service calls a file is a name, and no way out of the folder.
        let file_name = Path::new(&document.file_name).file_name().unwrap_or_default();
        fetch(connection, saved.name, document, &folder.join(file_name), json).await?;
    }
    let keys = connection.reports().get_report_keys(wire::GetReportKeysRequest {}).await?.into_inner();
    for (file_name, text) in [(report_check::SIGNATURE, saved.signature), (report_check::KEYS, &keys.jwks)] {
        let target = folder.join(file_name);
        let part = part_of(&target);
        let written = fs::write(&part, text).and_then(|()| fs::rename(&part, &target));
        written.map_err(|error| Failure::while_doing(target.display(), error))?;
        if !json {
            output::line(format!("{}: {} octets", target.display(), text.len()));
        }
    }
    Ok(())
}

/// Nobody takes a part for the whole: the file has its name only once all of it is there and its digest is right.
async fn fetch(
    connection: &Connection,
    report: &str,
    document: &wire::ReportDocument,
    target: &Path,
    json: bool,
) -> Result<(), Failure> {
    let part = part_of(target);
    let fetched = stream(connection, report, document, &part).await;
    let checked = fetched.and_then(|found| match found == document.sha256 {
        true => fs::rename(&part, target).map_err(|error| Failure::while_doing(target.display(), error)),
        false => {
            let why = format!("the content has the sha-256 {found}, signed was {}", document.sha256);
            Err(Failure::while_doing(&document.file_name, why))
        }
    });
    if let Err(failure) = checked {
        // What is left would only be in the way; if it stays, it has a name that says what it is.
        let _ = fs::remove_file(&part);
        return Err(failure);
    }
    if !json {
        output::line(format!("{}: {} octets, digest verified", target.display(), document.size_bytes));
    }
    Ok(())
}

/// Writes what comes, and gives its digest.
async fn stream(
    connection: &Connection,
    report: &str,
    document: &wire::ReportDocument,
    part: &Path,
) -> Result<String, Failure> {
    let fail = |error: std::io::Error| Failure::while_doing(part.display(), error);
    let (format, language) = (document.format, document.language.clone());
    let name = report.to_owned();
    let mut file = File::create(part).map_err(fail)?;
    let mut hash = Sha256::new();
    let mut take = |chunk: &[u8]| {
        hash.update(chunk);
        file.write_all(chunk).map_err(fail)
    };
    if name.starts_with("bulletins/") {
        let request = wire::DownloadBulletinRequest { name, format, language };
        let mut chunks = connection.bulletins().download_bulletin(request).await?.into_inner();
        while let Some(wire::DownloadBulletinResponse { chunk }) = chunks.message().await? {
            take(&chunk)?;
        }
    } else {
        let request = wire::DownloadReportRequest { name, format, language };
        let mut chunks = connection.reports().download_report(request).await?.into_inner();
        while let Some(wire::DownloadReportResponse { chunk }) = chunks.message().await? {
            take(&chunk)?;
        }
    }
    file.sync_all().map_err(fail)?;
    Ok(hex::encode(hash.finalize()))
}

impl From<cli::ReportFormat> for wire::ReportFormat {
    fn from(format: cli::ReportFormat) -> Self {
        match format {
            cli::ReportFormat::Html => Self::Html,
            cli::ReportFormat::Pdf => Self::Pdf,
            cli::ReportFormat::Xlsx => Self::Xlsx,
            cli::ReportFormat::Csv => Self::Csv,
            cli::ReportFormat::Protobuf => Self::Protobuf,
        }
    }
}
