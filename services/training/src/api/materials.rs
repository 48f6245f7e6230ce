//! `MaterialService`.

use std::pin::Pin;

use futures::{Stream, StreamExt, TryStreamExt};
use seamless_api::{
    Handlers, Page, ResourceName, TakeIn, Violations, changing, chunk_in, digest_in, refusal, settle,
    take_in, upload_of,
};
use seamless_files::{Announced, FileError};
use seamless_proto::seamless::training::v1::{self as wire, material_service_server::MaterialService};
use seamless_service::error::ApiError;
use tonic::{Request, Response, Status, Streaming};

use super::{activities::within, context::Api};
use crate::{
    contract::{MaterialName, material_in, redact::material_for, required_language},
    domain::{
        Caller, DomainError,
        model::{EditionBody, Material, MaterialDownloads, downloads_name, search_form},
        records::{Record, record},
        use_cases::{ChangeMaterial, CountDownload, MaterialAccess, MaterialFilter, MaterialStep},
    },
};

/// The stream of a content.
type ContentStream = Pin<Box<dyn Stream<Item = Result<wire::DownloadEditionResponse, Status>> + Send>>;

#[tonic::async_trait]
impl MaterialService for Api {
    type DownloadEditionStream = ContentStream;

    async fn create_material(
        &self,
        request: Request<wire::CreateMaterialRequest>,
    ) -> Result<Response<wire::Material>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let content = match request.material {
            Some(material) => material_in(&mut found, "material", material),
            None => {
                found.add("material", "is required");
                None
            }
        };
        let content = found.finish_some(content).map_err(refusal)?;
        let decide = |now| {
            let made = self.change_material().create(&caller, content.clone(), now);
            async move { made.map_err(|error| within("material", error)) }
        };
        self.mutate(call, decide, |made| self.material(&caller, &made, None)).await
    }

    async fn get_material(
        &self,
        request: Request<wire::GetMaterialRequest>,
    ) -> Result<Response<wire::Material>, Status> {
        let caller = seamless_api::caller(&request)?;
        let MaterialName(id) = MaterialName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let found = self.materials().seen(&caller, id, self.clock.now()).await.map_err(refusal)?;
        let downloads: Option<MaterialDownloads> =
            record(&self.store, &downloads_name(id)).await.map_err(refusal)?;
        Ok(Response::new(self.material(&caller, &found, downloads.as_ref())))
    }

    async fn list_materials(
        &self,
        request: Request<wire::ListMaterialsRequest>,
    ) -> Result<Response<wire::ListMaterialsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let text = found.text("text", request.text, 200);
        let filter = MaterialFilter {
            words: search_form(&text).split_whitespace().map(str::to_owned).collect(),
            product_area: found.parsed("product_area", &request.product_area, str::parse),
            language: found.parsed("language", &request.language, str::parse),
        };
        let filter = found.finish(filter).map_err(refusal)?;
        let (after, now) = (page.cursor.clone(), self.clock.now());
        let materials = self.materials().list(&caller, &filter, after, page.size + 1, now).await;
        let (materials, next_page_token) =
            page.fill(materials.map_err(refusal)?, Record::in_order, |one| self.material(&caller, one, None));
        Ok(Response::new(wire::ListMaterialsResponse { materials, next_page_token }))
    }

    async fn link_edition(
        &self,
        request: Request<wire::LinkEditionRequest>,
    ) -> Result<Response<wire::Material>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        if request.link.is_empty() {
            found.add("link", "is required");
        }
        let link = found.url("link", request.link);
        let language = required_language(&mut found, "language", &request.language);
        let translates = count_in(&mut found, "translates", request.translates);
        let name = found.name::<MaterialName>("name", &request.name);
        let (name, language) = found.finish_some(name.zip(language)).map_err(refusal)?;
        let step = MaterialStep::Add { language, translates, body: EditionBody::Link(link) };
        self.step_of_material(&caller, call, name, None, step).await
    }

    async fn upload_edition(
        &self,
        request: Request<Streaming<wire::UploadEditionRequest>>,
    ) -> Result<Response<wire::Material>, Status> {
        let caller = seamless_api::caller(&request)?;
        let mut parts = request.into_inner();
        let head = match parts.message().await?.and_then(|message| message.part) {
            Some(wire::upload_edition_request::Part::Head(head)) => head,
            _ => return Err(refusal(DomainError::invalid("head", "is required, as the first message"))),
        };
        let (id, step, announced) = self.announced(&caller, head).await?;
        let key = [id.0.as_bytes().as_slice(), &announced.sha256, announced.file_name.as_bytes()];
        let chunks = parts.map(|message| message.and_then(|message| chunk_in(octets_of(message))));
        let taken = take_in(&self.files, upload_of(&key), &announced, chunks, self.clock.now()).await;
        let stored = taken.map_err(|why| match why {
            TakeIn::Refused(error) => file_refusal(&error),
            TakeIn::Cut(status) => status,
        })?;
        let step = step(EditionBody::File {
            file_name: announced.file_name,
            media_type: stored.media_type,
            size: stored.size,
            sha256: hex::encode(announced.sha256),
        });
        let decide = |now| {
            let (caller, step) = (&caller, &step);
            async move {
                let present = self.materials().own(caller, id.0).await?;
                self.change_material().step(present, step, None, now)
            }
        };
        let made = settle(&self.decisions, Some(&caller), decide).await.map_err(refusal)?;
        Ok(Response::new(self.material(&caller, &made, None)))
    }

    async fn download_edition(
        &self,
        request: Request<wire::DownloadEditionRequest>,
    ) -> Result<Response<ContentStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let mut found = Violations::new();
        let language = required_language(&mut found, "language", &request.language);
        let number = count_in(&mut found, "number", request.number);
        let name = found.name::<MaterialName>("name", &request.name);
        let (MaterialName(id), language) = found.finish_some(name.zip(language)).map_err(refusal)?;
        let material = self.materials().seen(&caller, id, self.clock.now()).await.map_err(refusal)?;
        let edition = material.edition(&language, (number > 0).then_some(number));
        let (number, sha256) = match edition.map(|edition| (edition.number, &edition.body)) {
            Some((number, EditionBody::File { sha256, .. })) => (number, sha256.clone()),
            Some((_, EditionBody::Link(_))) => {
                return Err(refusal(DomainError::invalid(
                    "number",
                    "wants an edition with a file, not a link",
                )));
            }
            None => return Err(refusal(DomainError::DENIED)),
        };
        let digest = digest_in("sha256", &sha256).map_err(refusal)?;
        let content = self.files.read(&digest, None).await.map_err(|error| file_refusal(&error))?;
        let count = CountDownload { records: &self.store };
        settle(&self.decisions, Some(&caller), |now| count.execute(&material, &language, number, now))
            .await
            .map_err(refusal)?;
        let content = content
            .map_ok(|chunk| wire::DownloadEditionResponse { chunk: chunk.to_vec() })
            .map_err(|error| file_refusal(&error));
        Ok(Response::new(Box::pin(content)))
    }

    async fn publish_material(
        &self,
        request: Request<wire::PublishMaterialRequest>,
    ) -> Result<Response<wire::Material>, Status> {
        let (caller, call, request) = changing(request)?;
        let (name, revision) = named(&request.name, &request.etag)?;
        self.step_of_material(&caller, call, name, revision, MaterialStep::Publish).await
    }

    async fn withdraw_material(
        &self,
        request: Request<wire::WithdrawMaterialRequest>,
    ) -> Result<Response<wire::Material>, Status> {
        let (caller, call, request) = changing(request)?;
        let (name, revision) = named(&request.name, &request.etag)?;
        self.step_of_material(&caller, call, name, revision, MaterialStep::Withdraw).await
    }
}

impl Api {
    fn materials(&self) -> MaterialAccess<'_> {
        MaterialAccess { rules: &self.rules, records: &self.store }
    }

    fn change_material(&self) -> ChangeMaterial<'_> {
        ChangeMaterial { rules: &self.rules }
    }

    /// As the caller may see it.
    fn material(
        &self,
        caller: &Caller,
        material: &Material,
        downloads: Option<&MaterialDownloads>,
    ) -> wire::Material {
        material_for(&self.rules, &caller.authority, material, downloads, self.clock.now())
    }

    async fn step_of_material(
        &self,
        caller: &Caller,
        call: seamless_api::Call,
        MaterialName(id): MaterialName,
        revision: Option<i64>,
        step: MaterialStep,
    ) -> Result<Response<wire::Material>, Status> {
        let decide = |now| {
            let step = &step;
            async move {
                let present = self.materials().own(caller, id).await?;
                self.change_material().step(present, step, revision, now)
            }
        };
        self.mutate(call, decide, |made| self.material(caller, &made, None)).await
    }

    /// What is announced: of which material, and what is to be done once the content is there.
    async fn announced(
        &self,
        caller: &Caller,
        head: wire::EditionHead,
    ) -> Result<(MaterialName, impl Fn(EditionBody) -> MaterialStep, Announced), Status> {
        let mut found = Violations::new();
        let name = found.name::<MaterialName>("head.material", &head.material);
        let language = required_language(&mut found, "head.language", &head.language);
        let translates = count_in(&mut found, "head.translates", head.translates);
        let file_name = found.required_text("head.file_name", head.file_name, 200);
        let size = u64::try_from(head.size_bytes).unwrap_or_default();
        if size == 0 {
            found.add("head.size_bytes", format!("wants 1 or more; got {}", head.size_bytes));
        }
        let sha256 = found.also(digest_in("head.sha256", &head.sha256));
        let asked = name.zip(language).zip(sha256);
        let ((name, language), sha256) = found.finish_some(asked).map_err(refusal)?;
        let present = self.materials().own(caller, name.0).await.map_err(refusal)?;
        let step = move |body| MaterialStep::Add { language: language.clone(), translates, body };
        // What could not be added is refused before a byte is sent.
        let probe = EditionBody::Link(String::new());
        let now = self.clock.now();
        self.change_material()
            .step(present, &step(probe), None, now)
            .map_err(|error| refusal(within("head", error)))?;
        let announced = Announced { file_name, media_type: head.media_type, size, sha256 };
        announced.check(&self.file_settings).map_err(|error| file_refusal(&error))?;
        Ok((name, step, announced))
    }
}

/// The octets of a message after the head.
fn octets_of(message: wire::UploadEditionRequest) -> Option<Vec<u8>> {
    match message.part {
        Some(wire::upload_edition_request::Part::Chunk(chunk)) => Some(chunk),
        _ => None,
    }
}

fn count_in(found: &mut Violations, at: &str, count: i32) -> u32 {
    u32::try_from(count).unwrap_or_else(|_| {
        found.add(at, format!("wants 0 or more; got {count}"));
        0
    })
}

fn named(name: &str, etag: &str) -> Result<(MaterialName, Option<i64>), Status> {
    let mut found = Violations::new();
    let name = found.name::<MaterialName>("name", name);
    let revision = found.etag("etag", etag);
    Ok((found.finish_some(name).map_err(refusal)?, revision))
}

/// What the file store refused.
pub(super) fn file_refusal(error: &FileError) -> Status {
    let otherwise = |error: &FileError| match error {
        FileError::NotFound(_) => ApiError::resource_denied(),
        other => ApiError::invalid_field("chunk", other.to_string()),
    };
    seamless_api::file_refusal(error, "head", otherwise).into()
}
