//! `PersonalDataService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_disclosure::{Audience, Disclose};
use seamless_proto::seamless::training::v1::{
    self as wire, personal_data_service_server::PersonalDataService,
};
use tonic::{Request, Response, Status};

use super::{calendars::calendar_link_seen, context::Api};
use crate::{
    contract::{
        ErasureName, erasure_out, presence_out,
        redact::{certificate_for, mail_seen, registration_for},
        sighting_out, sought_in, speeches_out, whole_feedback_out,
    },
    domain::{
        model::Erasure,
        personal_data::HOLDINGS,
        ports::MailReader,
        records::Record,
        use_cases::{Erasures, ForgetCertificates, KnownOfPerson, Speakers},
    },
};

/// The most registrations of one person that are given.
const MOST: usize = 1_000;

#[tonic::async_trait]
impl PersonalDataService for Api {
    async fn export_personal_data(
        &self,
        request: Request<wire::ExportPersonalDataRequest>,
    ) -> Result<Response<wire::ExportPersonalDataResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let mut found = Violations::new();
        let wire::ExportPersonalDataRequest { email, full_name } = request.into_inner();
        let sought = sought_in(&mut found, email, full_name);
        let sought = found.finish(sought).map_err(refusal)?;
        let (known, authority) = (self.known(), &caller.authority);
        let all = known.registrations(authority, &sought, MOST).await.map_err(refusal)?;
        let scheduled = known.scheduled(authority, &sought).await.map_err(refusal)?;
        let (mut links, mut mails) = (Vec::new(), Vec::new());
        if let Some(address) = &sought.address {
            links = self.calendar_links().of_person(authority, address).await.map_err(refusal)?;
            mails = self.store.mail_to(authority, address, MOST as u64).await.map_err(refusal)?;
        }
        let seen = known.attendance(authority, &sought, &all).await.map_err(refusal)?;
        let certificates = ForgetCertificates { records: &self.store };
        let places: Vec<_> = all.iter().flat_map(|one| sought.places(one)).collect();
        let certificates = certificates.known(authority, sought.address.as_deref(), &places).await;
        let certificates = certificates.map_err(refusal)?;
        let certificates = certificates.iter();
        let said = known.feedback(authority, &sought, &all).await.map_err(refusal)?;
        let speakers = Speakers { rules: &self.rules, activities: &self.store };
        let activities = speakers.known(authority, &sought).await.map_err(refusal)?;
        Ok(Response::new(wire::ExportPersonalDataResponse {
            registrations: all
                .iter()
                .map(|one| registration_for(&self.rules, &caller.authority, one))
                .collect(),
            erasures: scheduled.iter().map(shown).collect(),
            calendar_links: links.iter().map(calendar_link_seen).collect(),
            mails: mails.iter().map(mail_seen).collect(),
            presences: seen.presences.iter().map(|(activity, one)| presence_out(*activity, one)).collect(),
            certificates: certificates
                .map(|one| certificate_for(&self.rules, &caller.authority, one))
                .collect(),
            feedback: said.iter().map(whole_feedback_out).collect(),
            sightings: seen.sightings.iter().map(|(activity, one)| sighting_out(*activity, one)).collect(),
            speeches: activities.iter().flat_map(|activity| speeches_out(activity, &sought)).collect(),
        }))
    }

    async fn schedule_erasure(
        &self,
        request: Request<wire::ScheduleErasureRequest>,
    ) -> Result<Response<wire::Erasure>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let sought = sought_in(&mut found, request.email, request.full_name);
        let after_days = request.after_days.map(|days| match u32::try_from(days) {
            Ok(days) if days <= 30 => days,
            _ => {
                found.add("after_days", format!("wants 0 to 30; got {days}"));
                0
            }
        });
        let sought = found.finish(sought).map_err(refusal)?;
        let decide = |now| {
            let (caller, sought, erasures) = (&caller, sought.clone(), self.erasures());
            async move { erasures.schedule(caller, sought, after_days, now).await }
        };
        self.mutate(call, decide, |made| shown(&made)).await
    }

    async fn cancel_erasure(
        &self,
        request: Request<wire::CancelErasureRequest>,
    ) -> Result<Response<wire::Erasure>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<ErasureName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let ErasureName(id) = found.finish_some(name).map_err(refusal)?;
        let decide = |now| {
            let (caller, erasures) = (&caller, self.erasures());
            async move { erasures.cancel(caller, id, revision, now).await }
        };
        self.mutate(call, decide, |made| shown(&made)).await
    }

    async fn get_erasure(
        &self,
        request: Request<wire::GetErasureRequest>,
    ) -> Result<Response<wire::Erasure>, Status> {
        let caller = seamless_api::caller(&request)?;
        let ErasureName(id) = ErasureName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let found = self.erasures().own(&caller, id).await.map_err(refusal)?;
        Ok(Response::new(shown(&found)))
    }

    async fn list_erasures(
        &self,
        request: Request<wire::ListErasuresRequest>,
    ) -> Result<Response<wire::ListErasuresResponse>, Status> {
        let (caller, _, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let found: Vec<Erasure> = self.own_records(&caller, &page).await?;
        let (erasures, next_page_token) = page.fill(found, Record::in_order, shown);
        Ok(Response::new(wire::ListErasuresResponse { erasures, next_page_token }))
    }

    async fn list_holdings(
        &self,
        request: Request<wire::ListHoldingsRequest>,
    ) -> Result<Response<wire::ListHoldingsResponse>, Status> {
        let (_, _, page): (_, _, Page<usize>) = self.paged(request)?;
        let from = page.cursor.map_or(0, |last| last + 1);
        let left = HOLDINGS.iter().enumerate().skip(from).take(page.size + 1).collect();
        let (holdings, next_page_token) = page.fill(
            left,
            |(index, _)| *index,
            |(_, holding)| wire::Holding {
                place: holding.place.to_owned(),
                data: holding.data.to_owned(),
                purpose: holding.purpose.to_owned(),
                erased: holding.erased.to_owned(),
            },
        );
        Ok(Response::new(wire::ListHoldingsResponse { holdings, next_page_token }))
    }
}

impl Api {
    fn known(&self) -> KnownOfPerson<'_> {
        KnownOfPerson { registrations: &self.store, records: &self.store }
    }

    fn erasures(&self) -> Erasures<'_> {
        Erasures { rules: &self.rules, known: self.known(), records: &self.store }
    }
}

/// As who scheduled it may see it.
fn shown(erasure: &Erasure) -> wire::Erasure {
    erasure_out(erasure).shown_to(Audience::Originator)
}
