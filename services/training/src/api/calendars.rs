//! `CalendarService`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use seamless_api::{Handlers, Page, Violations, changing, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_proto::seamless::training::v1::{self as wire, calendar_service_server::CalendarService};
use seamless_service::error::ApiError;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{calendar_pages, context::Api};
use crate::{
    contract::{CalendarLinkName, calendar_link_in, calendar_link_out},
    domain::{
        error::Refusal,
        model::{CalendarLink, calendar_link_name},
        records::Record,
        use_cases::CalendarLinks,
    },
};

/// Octets of a secret: 256 bits.
const SECRET_OCTETS: usize = 32;

#[tonic::async_trait]
impl CalendarService for Api {
    async fn create_calendar_link(
        &self,
        request: Request<wire::CreateCalendarLinkRequest>,
    ) -> Result<Response<wire::CreateCalendarLinkResponse>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let asked = match request.calendar_link {
            Some(link) => calendar_link_in(&mut found, "calendar_link", link),
            None => {
                found.add("calendar_link", "is required");
                None
            }
        };
        let (shows, language) = found.finish_some(asked).map_err(refusal)?;
        let Some(base_url) = &self.calendars else {
            let remedy =
                "this service has no calendars: its operator sets calendars.listen and calendars.base_url";
            let (resource, verb) = ("calendarLinks".to_owned(), "making a link");
            let remedy = remedy.to_owned();
            return Err(refusal(Refusal::WantsFirst { resource, state: None, verb, remedy }));
        };
        let (id, secret) = (Uuid::now_v7(), new_secret()?);
        let digest = calendar_pages::digest_of(&secret);
        let decide = |now| {
            let link = CalendarLink {
                id,
                authority: caller.authority.clone(),
                shows: shows.clone(),
                language: language.clone(),
                digest: digest.clone(),
                revoke_time: None,
                create_time: now,
                revision: 1,
            };
            let (links, caller) = (self.calendar_links(), &caller);
            async move { links.create(caller, link).await }
        };
        // What is kept of the answer is without the URL.
        let answer = |made: CalendarLink| wire::CreateCalendarLinkResponse {
            calendar_link: Some(calendar_link_seen(&made)),
            url: String::new(),
        };
        let mut answered = self.mutate(call, decide, answer).await?;
        let is_new =
            answered.get_ref().calendar_link.as_ref().is_some_and(|link| link.name == calendar_link_name(id));
        if is_new && !request.validate_only {
            answered.get_mut().url = format!("{base_url}{}", calendar_pages::path_of(&secret));
        }
        Ok(answered)
    }

    async fn list_calendar_links(
        &self,
        request: Request<wire::ListCalendarLinksRequest>,
    ) -> Result<Response<wire::ListCalendarLinksResponse>, Status> {
        let (caller, _, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let found: Vec<CalendarLink> = self.own_records(&caller, &page).await?;
        let (calendar_links, next_page_token) = page.fill(found, Record::in_order, calendar_link_seen);
        Ok(Response::new(wire::ListCalendarLinksResponse { calendar_links, next_page_token }))
    }

    async fn revoke_calendar_link(
        &self,
        request: Request<wire::RevokeCalendarLinkRequest>,
    ) -> Result<Response<wire::CalendarLink>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<CalendarLinkName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let CalendarLinkName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let (links, caller) = (self.calendar_links(), &caller);
            async move { links.revoke(caller, id, revision, now).await }
        };
        self.mutate(call, decide, |link| calendar_link_seen(&link)).await
    }
}

impl Api {
    pub(super) fn calendar_links(&self) -> CalendarLinks<'_> {
        CalendarLinks { rules: &self.rules, records: &self.store }
    }
}

/// As the authority that made it may see it: nobody else gets here.
pub(super) fn calendar_link_seen(link: &CalendarLink) -> wire::CalendarLink {
    calendar_link_out(link).shown_to(Audience::Originator)
}

/// A secret of the system's randomness, as it stands in links.
fn new_secret() -> Result<String, ApiError> {
    let mut octets = [0; SECRET_OCTETS];
    SystemRandom::new().fill(&mut octets).map_err(|_| ApiError::internal("the system has no randomness"))?;
    Ok(URL_SAFE_NO_PAD.encode(octets))
}
