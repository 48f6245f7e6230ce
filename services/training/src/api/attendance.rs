//! `AttendanceService`.

use seamless_api::{Call, Handlers, Page, Violations, changing, refusal, violations::excerpt};
use seamless_attendance::{Context, DateOrder, Export, Mapping};
use seamless_proto::seamless::training::v1::{self as wire, attendance_service_server::AttendanceService};
use seamless_service::error::ApiError;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{
        ActivityName, AttendanceName, answers_in, file_out, file_question_out,
        redact::{attendance_seen, presence_seen},
        row_fault_out,
    },
    domain::{
        Caller, DomainError,
        error::Refusal,
        model::{Activity, Attendance, Presence},
        use_cases::{AnswerAttendance, AttendanceAccess, ImportAttendance, Imported, Merging},
    },
};

/// The largest chunk that is taken, in octets.
const CHUNK_BYTES: usize = 1024 * 1024;
/// How many refused rows are told.
const REFUSED: usize = 1_000;

#[tonic::async_trait]
impl AttendanceService for Api {
    async fn import_attendance(
        &self,
        request: Request<Streaming<wire::ImportAttendanceRequest>>,
    ) -> Result<Response<wire::ImportAttendanceResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let mut parts = request.into_inner();
        let head = match parts.message().await?.and_then(|message| message.part) {
            Some(wire::import_attendance_request::Part::Head(head)) => head,
            _ => return Err(refusal(DomainError::invalid("head", "is required, as the first message"))),
        };
        let method = "/seamless.training.v1.AttendanceService/ImportAttendance";
        let call = Call::with_id(caller.clone(), method, &head, &head.request_id, head.validate_only)?;
        let (id, mapping, zone, date_order) = self.head_in(&head).map_err(refusal)?;
        let activity = self.activity_access().own(&caller, id).await.map_err(refusal)?;
        if let Some(earlier) = call.earlier_answer(self.store.database()).await? {
            return Ok(Response::new(earlier));
        }
        let bytes = collected(&mut parts, self.attendance.limits.bytes).await?;
        let (export, mapping) = self.read(&activity, mapping, bytes, zone, date_order).await?;
        let refused: Vec<_> = export.refused.iter().take(REFUSED).map(row_fault_out).collect();
        if !export.questions.is_empty() {
            let file_questions: Vec<_> = export.questions.iter().map(file_question_out).collect();
            let asked = wire::ImportAttendanceResponse { file_questions, refused, ..Default::default() };
            return Ok(Response::new(asked));
        }
        let import = ImportAttendance { merging: self.merging(), most: self.attendance.files };
        let decide = |now| {
            let (caller, import, mapping, export) = (&caller, &import, &mapping, &export);
            async move {
                let activity = self.activity_access().own(caller, id).await?;
                import.execute(&activity, &mapping.name, &mapping.platform, export, now).await
            }
        };
        let answer = |imported: Imported| wire::ImportAttendanceResponse {
            file: Some(file_out(&imported.file)),
            attendance: Some(attendance_seen(&imported.attendance)),
            is_known: imported.is_known,
            refused: refused.clone(),
            file_questions: Vec::new(),
        };
        self.mutate(call, decide, answer).await
    }

    async fn answer_attendance(
        &self,
        request: Request<wire::AnswerAttendanceRequest>,
    ) -> Result<Response<wire::Attendance>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<AttendanceName>("name", &request.name);
        let activity = name.as_ref().map(|AttendanceName(id)| *id);
        let said = answers_in(&mut found, activity, request.answers);
        let revision = found.etag("etag", &request.etag);
        let AttendanceName(id) = found.finish_some(name).map_err(refusal)?;
        let answer = AnswerAttendance { merging: self.merging(), most: self.attendance.answers };
        let decide = |now| {
            let (caller, answer, said) = (&caller, &answer, &said);
            async move {
                let activity = self.activity_access().own(caller, id).await?;
                answer.execute(&activity, said, revision, now).await
            }
        };
        self.mutate(call, decide, |made| attendance_seen(&made)).await
    }

    async fn get_attendance(
        &self,
        request: Request<wire::GetAttendanceRequest>,
    ) -> Result<Response<wire::Attendance>, Status> {
        let caller = seamless_api::caller(&request)?;
        let mut found = Violations::new();
        let name = found.name::<AttendanceName>("name", &request.get_ref().name);
        let AttendanceName(id) = found.finish_some(name).map_err(refusal)?;
        let attendance = self.merged(&caller, id).await.map_err(refusal)?;
        Ok(Response::new(attendance_seen(&attendance)))
    }

    async fn list_presences(
        &self,
        request: Request<wire::ListPresencesRequest>,
    ) -> Result<Response<wire::ListPresencesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(Uuid, u32, String, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let parent = found.name::<AttendanceName>("parent", &request.parent);
        let session: Option<crate::domain::model::SessionId> =
            found.parsed("session", &request.session, str::parse);
        let AttendanceName(id) = found.finish_some(parent).map_err(refusal)?;
        let attendance = self.merged(&caller, id).await.map_err(refusal)?;
        let is_asked = |one: &&Presence| {
            session.as_ref().is_none_or(|session| one.session == *session)
                && page.cursor.as_ref().is_none_or(|after| one.in_order() > *after)
        };
        let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
        let asked: Vec<&Presence> = attendance.presences.iter().filter(is_asked).take(limit).collect();
        let (presences, next_page_token) =
            page.fill(asked, |one| one.in_order(), |one| presence_seen(&attendance, one));
        Ok(Response::new(wire::ListPresencesResponse { presences, next_page_token }))
    }
}

impl Api {
    /// How attendance is merged.
    pub(super) fn merging(&self) -> Merging<'_> {
        let margin = self.attendance.margin;
        Merging { rules: &self.rules, registrations: &self.store, records: &self.store, margin }
    }

    async fn merged(&self, caller: &Caller, id: Uuid) -> Result<Attendance, DomainError> {
        let access = AttendanceAccess { activities: self.activity_access(), records: &self.store };
        access.seen(caller, id, self.clock.now()).await
    }

    /// What the head says: activity, mapping, zone, and which of day and month stands first.
    fn head_in(
        &self,
        head: &wire::AttendanceFileHead,
    ) -> Result<(Uuid, Mapping, Option<String>, Option<DateOrder>), DomainError> {
        let mut found = Violations::new();
        let parent = found.name::<ActivityName>("head.parent", &head.parent);
        let mapping = self.attendance.mappings.get(&head.mapping).cloned();
        if mapping.is_none() {
            let known = self.attendance.mappings.names().collect::<Vec<_>>().join(", ");
            found.add("head.mapping", format!("wants one of {known}; got {}", excerpt(&head.mapping)));
        }
        let zone = Some(head.zone.clone()).filter(|zone| !zone.is_empty());
        if let Some(Err(error)) = zone.as_deref().map(|zone| self.rules.zones.get(zone)) {
            found.add("head.zone", error.to_string());
        }
        let date_order = match wire::DateOrder::try_from(head.date_order) {
            Ok(wire::DateOrder::Unspecified) => None,
            Ok(wire::DateOrder::DayFirst) => Some(DateOrder::DayFirst),
            Ok(wire::DateOrder::MonthFirst) => Some(DateOrder::MonthFirst),
            Err(_) => {
                found.add("head.date_order", format!("wants 0 to 2; got {}", head.date_order));
                None
            }
        };
        let (ActivityName(id), mapping) = found.finish_some(parent.zip(mapping))?;
        Ok((id, mapping, zone, date_order))
    }

    /// Reads the file, and keeps no other call waiting meanwhile.
    async fn read(
        &self,
        activity: &Activity,
        mapping: Mapping,
        bytes: Vec<u8>,
        zone: Option<String>,
        date_order: Option<DateOrder>,
    ) -> Result<(Export, Mapping), Status> {
        let sessions = self.merging().sessions(activity).map_err(refusal)?;
        let (zones, limits) = (self.rules.zones.clone(), self.attendance.limits);
        let read = tokio::task::spawn_blocking(move || {
            let context = Context {
                zones: &zones,
                sessions: &sessions,
                zone: zone.as_deref(),
                date_order,
                limits: &limits,
            };
            (mapping.read(&bytes, &context), mapping)
        });
        let (read, mapping) = read.await.map_err(ApiError::internal)?;
        let export = read.map_err(|fault| refusal(DomainError::invalid("chunk", fault.to_string())))?;
        Ok((export, mapping))
    }
}

async fn collected(
    parts: &mut Streaming<wire::ImportAttendanceRequest>,
    most: u64,
) -> Result<Vec<u8>, Status> {
    let wrong = |field: &str, wanted: String| refusal(Refusal::invalid(field, wanted));
    let mut content = Vec::new();
    while let Some(message) = parts.message().await? {
        let Some(wire::import_attendance_request::Part::Chunk(chunk)) = message.part else {
            return Err(wrong("part", "wants a chunk behind the head".to_owned()));
        };
        if chunk.len() > CHUNK_BYTES {
            let got = chunk.len();
            return Err(wrong("chunk", format!("has {got} octets, at most {CHUNK_BYTES} are allowed")));
        }
        if (content.len() + chunk.len()) as u64 > most {
            return Err(wrong("chunk", format!("all chunks have more than {most} octets together")));
        }
        content.extend(chunk);
    }
    Ok(content)
}
