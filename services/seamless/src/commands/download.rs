//! `seamless download`.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use seamless_proto::seamless::notifications::v1 as wire;
use sha2::{Digest, Sha256};
use tonic::Status;

use super::attachments::{Patience, is_cut};
use crate::{cli, connection::Connection, error::Failure, output};

/// Downloads an attachment, goes on after each cut, and verifies the digest where it is whole.
pub async fn run(connection: &Connection, arguments: cli::Download, json: bool) -> Result<(), Failure> {
    let request = wire::GetAttachmentRequest { name: arguments.name.clone() };
    let attachment = connection.attachments().get_attachment(request).await?.into_inner();
    let announced = attachment.announced.clone().unwrap_or_default();
    let target = match arguments.output {
        Some(file) => file,
        None => free_file(&announced.file_name)?,
    };
    let whole = 0..announced.size_bytes;
    let mut range = arguments.range.unwrap_or(whole.clone());
    if range.end == i64::MAX {
        range.end = announced.size_bytes;
    }
    // Nobody takes a part for the whole: the file has its name only once all of it is there.
    let part = part_of(&target);
    let fail = |error: std::io::Error| Failure::while_doing(part.display(), error);
    let mut sink = Sink {
        file: OpenOptions::new().write(true).create(true).truncate(true).open(&part).map_err(fail)?,
        hash: Sha256::new(),
        next: range.start,
    };
    let fetched = fetch(connection, &arguments.name, range.end, &mut sink).await;
    let checked = fetched.and_then(|()| {
        let found: String = sink.hash.finalize().iter().map(|octet| format!("{octet:02x}")).collect();
        let is_right = range != whole || found == announced.sha256;
        sink.file.sync_all().map_err(fail)?;
        if is_right {
            return fs::rename(&part, &target).map_err(fail);
        }
        let why = format!("the content has the sha-256 {found}, announced was {}", announced.sha256);
        Err(Failure::while_doing(&arguments.name, why))
    });
    if let Err(failure) = checked {
        // What is left would only be in the way; if it stays, it has a name that says what it is.
        let _ = fs::remove_file(&part);
        return Err(failure);
    }
    if json {
        return output::json(&attachment);
    }
    let verified = if range == whole { ", digest verified" } else { "" };
    output::line(format!("{}: {} octets{verified}", target.display(), range.end - range.start));
    Ok(())
}

/// Where what comes goes.
struct Sink {
    file: File,
    hash: Sha256,
    /// The offset of the next octet.
    next: i64,
}

async fn fetch(connection: &Connection, name: &str, end: i64, sink: &mut Sink) -> Result<(), Failure> {
    let mut patience = Patience::default();
    // Asked for at least once: a range that lies outside is refused by the service.
    loop {
        let before = sink.next;
        match fetch_on(connection, name, end, sink).await? {
            Ok(()) if sink.next >= end => return Ok(()),
            Ok(()) => {
                let why = format!("{} octets are missing", end - sink.next);
                return Err(Failure::while_doing(name, why));
            }
            Err(status) if is_cut(&status) => {
                patience.progressed(sink.next > before);
                patience.pause(status, "nothing of it was kept").await?;
            }
            Err(status) => return Err(status.into()),
        }
    }
}

/// Fetches from where the sink stands; the inner error is the service's or the connection's.
async fn fetch_on(
    connection: &Connection,
    name: &str,
    end: i64,
    sink: &mut Sink,
) -> Result<Result<(), Status>, Failure> {
    let (offset, length) = (sink.next, end - sink.next);
    let request = wire::DownloadAttachmentRequest { name: name.to_owned(), offset, length };
    let mut chunks = match connection.attachments().download_attachment(request).await {
        Ok(chunks) => chunks.into_inner(),
        Err(status) => return Ok(Err(status)),
    };
    loop {
        match chunks.message().await {
            Ok(Some(wire::DownloadAttachmentResponse { chunk })) => {
                sink.file.write_all(&chunk).map_err(|error| Failure::while_doing("writing", error))?;
                sink.hash.update(&chunk);
                sink.next += i64::try_from(chunk.len()).unwrap_or(i64::MAX);
            }
            Ok(None) => return Ok(Ok(())),
            Err(status) => return Ok(Err(status)),
        }
    }
}

/// The file's own name in the working folder; whatever the other side called it, nothing outside and nothing that is there.
pub fn free_file(name: &str) -> Result<PathBuf, Failure> {
    let file = Path::new(name).file_name().map(PathBuf::from);
    let file = file.ok_or_else(|| Failure::usage(format!("{name:?} is no name of a file: use --output")))?;
    match file.exists() {
        true => Err(Failure::usage(format!("{} exists: use --output", file.display()))),
        false => Ok(file),
    }
}

/// The name under which it is written until all of it is there.
pub fn part_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
