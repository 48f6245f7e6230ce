//! `seamless models export`, `import`: the content of a model leaves and comes as a file.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use seamless_proto::seamless::consignments::v1::{self as wire, import_model_request::Part};
use sha2::{Digest, Sha256};

use super::{
    download::{free_file, part_of},
    request_id,
};
use crate::{connection::Connection, error::Failure, output};

/// How long training, comparing and moving may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// The largest model that a service takes, in octets.
const MOST: u64 = 64 * 1024 * 1024;
/// What goes at once.
const CHUNK: usize = 512 * 1024;

/// Saves the content. The file has its name only once all of it is there and its digest is the model's.
pub async fn export(
    connection: &Connection,
    name: &str,
    target: Option<PathBuf>,
    json: bool,
) -> Result<(), Failure> {
    let request = wire::GetModelRequest { name: name.to_owned() };
    let model = connection.targeting().get_model(request).await?.into_inner();
    let target = match target {
        Some(target) => target,
        None => free_file(&format!("{}.model", model.name.trim_start_matches("models/")))?,
    };
    let part = part_of(&target);
    let fetched = fetch(connection, name, &part).await;
    let checked = fetched.and_then(|found| match found == model.sha256 {
        true => fs::rename(&part, &target).map_err(|error| Failure::while_doing(target.display(), error)),
        false => {
            let why = format!("the content has the sha-256 {found}, the model {}", model.sha256);
            Err(Failure::while_doing(name, why))
        }
    });
    if let Err(failure) = checked {
        // What is left would only be in the way; if it stays, it has a name that says what it is.
        let _ = fs::remove_file(&part);
        return Err(failure);
    }
    if json {
        return output::json(&model);
    }
    output::line(format!("{}: {} octets, digest verified", target.display(), model.size_bytes));
    Ok(())
}

/// Writes what comes, and gives its digest.
async fn fetch(connection: &Connection, name: &str, part: &Path) -> Result<String, Failure> {
    let fail = |error: std::io::Error| Failure::while_doing(part.display(), error);
    let request = wire::ExportModelRequest { name: name.to_owned() };
    let mut chunks = connection.targeting().export_model(patient(request)).await?.into_inner();
    let mut file = File::create(part).map_err(fail)?;
    let mut hash = Sha256::new();
    while let Some(wire::ExportModelResponse { chunk }) = chunks.message().await? {
        hash.update(&chunk);
        file.write_all(&chunk).map_err(fail)?;
    }
    file.sync_all().map_err(fail)?;
    Ok(hex::encode(hash.finalize()))
}

/// Hands the content of a file over; gives the new version.
pub async fn import(connection: &Connection, file: &Path) -> Result<wire::Model, Failure> {
    let fail = |error: std::io::Error| Failure::usage(format!("{}: {error}", file.display()));
    let mut content = Vec::new();
    File::open(file).map_err(fail)?.take(MOST + 1).read_to_end(&mut content).map_err(fail)?;
    if content.len() as u64 > MOST {
        return Err(Failure::usage(format!("{}: more than {MOST} octets are no model", file.display())));
    }
    let sha256 = hex::encode(Sha256::digest(&content));
    let head = Part::Head(wire::ModelHead { sha256, request_id: request_id() });
    let chunks: Vec<Part> = content.chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec())).collect();
    let parts = std::iter::once(head).chain(chunks);
    let parts = parts.map(|part| wire::ImportModelRequest { part: Some(part) });
    let requests = futures::stream::iter(parts.collect::<Vec<_>>());
    Ok(connection.targeting().import_model(patient(requests)).await?.into_inner())
}

/// The request with the time that it may take.
pub fn patient<T>(request: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(request);
    request.set_timeout(PATIENCE);
    request
}
