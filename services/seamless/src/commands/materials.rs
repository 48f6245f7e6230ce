//! `seamless materials`: what is taught with, in editions by language.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use seamless_proto::seamless::training::v1 as wire;
use sha2::{Digest, Sha256};
use wire::{edition::Content, upload_edition_request::Part};

use super::{
    attachments::announced,
    beginning::{Known, whole_name},
    document,
    download::{free_file, part_of},
    pages, request_id,
};
use crate::{cli, connection::Connection, error::Failure, output};

/// Materials among which a beginning of an id is looked for.
const LOOKED_AT: usize = 2_000;
/// Octets of a chunk.
const CHUNK_BYTES: usize = 256 * 1024;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Materials, json: bool) -> Result<(), Failure> {
    let mut client = connection.materials();
    match step {
        cli::Materials::List { text, area, lang, limit } => {
            let request =
                wire::ListMaterialsRequest { text, product_area: area, language: lang, ..Default::default() };
            list(&collect(connection, request, limit).await?, json)
        }
        cli::Materials::Show(name) => show(&get(connection, &name.name).await?, json),
        cli::Materials::Create { file } => {
            let request = wire::CreateMaterialRequest {
                material: Some(document::read(&file)?),
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.create_material(request).await?.into_inner(), json)
        }
        cli::Materials::Upload { edition, file, media_type } => {
            show(&upload(connection, edition, &file, media_type.as_deref()).await?, json)
        }
        cli::Materials::Link { edition, url } => {
            let request = wire::LinkEditionRequest {
                name: name_of(connection, &edition.name.name).await?,
                language: edition.lang,
                link: url,
                translates: edition.translates,
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.link_edition(request).await?.into_inner(), json)
        }
        cli::Materials::Download { name, lang, number, output } => {
            download(connection, &name.name, &lang, number, output, json).await
        }
        cli::Materials::Publish(name) => {
            let present = get(connection, &name.name).await?;
            let request = wire::PublishMaterialRequest {
                name: present.name,
                etag: present.etag,
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.publish_material(request).await?.into_inner(), json)
        }
        cli::Materials::Withdraw(name) => {
            let request = wire::WithdrawMaterialRequest {
                name: name_of(connection, &name.name).await?,
                request_id: request_id(),
                ..Default::default()
            };
            show(&client.withdraw_material(request).await?.into_inner(), json)
        }
    }
}

async fn collect(
    connection: &Connection,
    request: wire::ListMaterialsRequest,
    limit: usize,
) -> Result<Vec<wire::Material>, Failure> {
    pages(limit, async |page_size, page_token| {
        let request = wire::ListMaterialsRequest { page_size, page_token, ..request.clone() };
        let page = connection.materials().list_materials(request).await?.into_inner();
        Ok((page.materials, page.next_page_token))
    })
    .await
}

async fn get(connection: &Connection, given: &str) -> Result<wire::Material, Failure> {
    let request = wire::GetMaterialRequest { name: name_of(connection, given).await? };
    Ok(connection.materials().get_material(request).await?.into_inner())
}

async fn name_of(connection: &Connection, given: &str) -> Result<String, Failure> {
    whole_name("materials", given, async || {
        let all = collect(connection, wire::ListMaterialsRequest::default(), LOOKED_AT).await?;
        let known =
            |one: wire::Material| Known { title: output::text_of(one.title.as_ref()), name: one.name };
        Ok(all.into_iter().map(known).collect())
    })
    .await
}

/// Sends the file; the same content again in the same language adds no edition.
async fn upload(
    connection: &Connection,
    edition: cli::NewEdition,
    file: &Path,
    media_type: Option<&str>,
) -> Result<wire::Material, Failure> {
    let wire_file = announced(file, media_type)?;
    let head = wire::EditionHead {
        material: name_of(connection, &edition.name.name).await?,
        language: edition.lang,
        translates: edition.translates,
        file_name: wire_file.file_name,
        sha256: wire_file.sha256,
        size_bytes: wire_file.size_bytes,
        media_type: wire_file.media_type,
    };
    let mut opened = File::open(file).map_err(|error| Failure::while_doing(file.display(), error))?;
    let chunks = std::iter::from_fn(move || {
        let mut chunk = vec![0; CHUNK_BYTES];
        // A file that cannot be read to its end is shorter than announced, which the service refuses.
        let length = opened.read(&mut chunk).unwrap_or_default();
        chunk.truncate(length);
        (length > 0).then_some(Part::Chunk(chunk))
    });
    let parts = std::iter::once(Part::Head(head)).chain(chunks);
    let parts = parts.map(|part| wire::UploadEditionRequest { part: Some(part) });
    Ok(connection.materials().upload_edition(tokio_stream::iter(parts)).await?.into_inner())
}

/// Nobody takes a part for the whole: the file has its name only once all of it is there and its digest is right.
async fn download(
    connection: &Connection,
    given: &str,
    language: &str,
    number: i32,
    output: Option<PathBuf>,
    json: bool,
) -> Result<(), Failure> {
    let material = get(connection, given).await?;
    let editions = material.editions.iter().filter(|one| one.language == language);
    let edition = editions.filter(|one| number == 0 || one.number == number).max_by_key(|one| one.number);
    let Some(edition) = edition else {
        return Err(Failure::usage(format!("{} has no such edition in {language:?}", material.name)));
    };
    let Some(Content::File(file)) = &edition.content else {
        let link = match &edition.content {
            Some(Content::Link(link)) => link.as_str(),
            _ => "elsewhere",
        };
        return Err(Failure::usage(format!("the edition lies elsewhere: {link}")));
    };
    let target = match output {
        Some(target) => target,
        None => free_file(&file.file_name)?,
    };
    let part = part_of(&target);
    let fetched = fetch(connection, &material.name, edition, &part).await;
    let checked = fetched.and_then(|found| match found == file.sha256 {
        true => fs::rename(&part, &target).map_err(|error| Failure::while_doing(target.display(), error)),
        false => {
            let why = format!("the content has the sha-256 {found}, announced was {}", file.sha256);
            Err(Failure::while_doing(&material.name, why))
        }
    });
    if let Err(failure) = checked {
        // What is left would only be in the way; if it stays, it has a name that says what it is.
        let _ = fs::remove_file(&part);
        return Err(failure);
    }
    if json {
        return output::json(&material);
    }
    output::line(format!("{}: {} octets, digest verified", target.display(), file.size_bytes));
    Ok(())
}

/// Writes what comes, and gives its digest.
async fn fetch(
    connection: &Connection,
    name: &str,
    edition: &wire::Edition,
    part: &Path,
) -> Result<String, Failure> {
    let fail = |error: std::io::Error| Failure::while_doing(part.display(), error);
    let request = wire::DownloadEditionRequest {
        name: name.to_owned(),
        language: edition.language.clone(),
        number: edition.number,
    };
    let mut chunks = connection.materials().download_edition(request).await?.into_inner();
    let mut file = File::create(part).map_err(fail)?;
    let mut hash = Sha256::new();
    while let Some(wire::DownloadEditionResponse { chunk }) = chunks.message().await? {
        file.write_all(&chunk).map_err(fail)?;
        hash.update(&chunk);
    }
    file.sync_all().map_err(fail)?;
    Ok(hash.finalize().iter().map(|octet| format!("{octet:02x}")).collect())
}

fn list(materials: &[wire::Material], json: bool) -> Result<(), Failure> {
    if json {
        return materials.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["id", "state", "whose", "languages", "about"]);
    for one in materials {
        table.add_row([
            one.name.trim_start_matches("materials/").chars().take(13).collect(),
            output::word(one.state().as_str_name(), "MATERIAL_STATE_"),
            one.originator.clone(),
            one.languages.iter().map(language).collect::<Vec<_>>().join(", "),
            output::text_of(one.title.as_ref()),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", materials.len()));
    Ok(())
}

/// A language and, where it is not as it should be, how it stands.
fn language(one: &wire::LanguageState) -> String {
    let state = output::word(one.state().as_str_name(), "TRANSLATION_STATE_");
    match state.as_str() {
        "original" | "translated" => one.language.clone(),
        other => format!("{} ({other})", one.language),
    }
}

fn show(material: &wire::Material, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(material);
    }
    let mut facts = output::table(&[]);
    for (what, value) in [
        ("material", material.name.clone()),
        ("title", output::text_of(material.title.as_ref())),
        ("state", output::word(material.state().as_str_name(), "MATERIAL_STATE_")),
        ("whose", material.originator.clone()),
        ("arrangement", material.arrangement.clone()),
        ("topics", material.topics.join(", ")),
        ("hazards", material.hazards.join(", ")),
        ("product areas", material.product_areas.join(", ")),
        ("languages", material.languages.iter().map(language).collect::<Vec<_>>().join(", ")),
    ] {
        if !value.is_empty() {
            facts.add_row([what.to_owned(), value]);
        }
    }
    output::line(facts);
    let mut table = output::table(&["language", "number", "translates", "what", "given", "added (UTC)"]);
    for edition in &material.editions {
        let given = material
            .downloads
            .iter()
            .find(|one| one.language == edition.language && one.number == edition.number)
            .map_or_else(String::new, |one| one.count.to_string());
        table.add_row([
            edition.language.clone(),
            edition.number.to_string(),
            if edition.translates == 0 { String::new() } else { edition.translates.to_string() },
            match &edition.content {
                Some(Content::File(file)) => format!("{}, {} octets", file.file_name, file.size_bytes),
                Some(Content::Link(link)) => link.clone(),
                None => String::new(),
            },
            given,
            output::time(edition.create_time.as_ref()),
        ]);
    }
    output::line(table);
    Ok(())
}
