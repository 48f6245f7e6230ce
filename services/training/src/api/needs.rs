//! `NeedService`.

use jiff::Timestamp;
use seamless_api::{Handlers, Page, ResourceName, Violations, refusal};
use seamless_proto::seamless::training::v1::{self as wire, need_service_server::NeedService};
use tonic::{Request, Response, Status};

use super::{context::Api, need_rules::NeedRules};
use crate::{
    contract::{ActivityName, effect_out, product_areas_out, topic_out, topics_out},
    domain::{
        DomainError,
        model::EventStatus,
        needs::{Topic, TopicKey},
        use_cases::{Alerts, GetEffect, MaterialAccess, ProposeTopics, TopicRequest},
    },
};

/// How long a period is where the caller does not say, in days.
const PERIOD: i32 = 90;
/// How many days are compared where the caller does not say.
const COMPARED: i32 = 180;
/// The most alerts that a topic may be asked to have at least.
const LEAST: i32 = 1_000_000;

/// Where a page of topics ended: the end of the period, and the place of its last topic.
type TopicCursor = (i64, u64, u64, String, i32, String);

#[tonic::async_trait]
impl NeedService for Api {
    async fn propose_topics(
        &self,
        request: Request<wire::ProposeTopicsRequest>,
    ) -> Result<Response<wire::ProposeTopicsResponse>, Status> {
        let (caller, request, page): (_, _, Page<TopicCursor>) = self.paged(request)?;
        let now = self.clock.now();
        let mut asked = self.topics_in(request, now).map_err(refusal)?;
        if let Some((end, ..)) = &page.cursor {
            let end = Timestamp::from_microsecond(*end).map_err(|_| refusal(DomainError::DENIED))?;
            asked.end = Some(end);
        }
        let use_case = ProposeTopics {
            rules: &self.rules,
            alerts: self.alerts(),
            activities: &self.store,
            materials: MaterialAccess { rules: &self.rules, records: &self.store },
        };
        let mut found = use_case.execute(&caller, asked, now).await.map_err(refusal)?;
        let mut topics = std::mem::take(&mut found.topics);
        if let Some(cursor) = &page.cursor {
            topics.retain(|(topic, _)| is_behind(topic, cursor));
        }
        topics.truncate(page.size + 1);
        let (all, end) = (found.all.alerts, found.period.end.as_microsecond());
        let written: Result<Vec<_>, DomainError> = topics
            .into_iter()
            .map(|one| topic_out(&one, all, &self.needs.areas).map(|out| (place(&one.0, end), out)))
            .collect();
        let written = written.map_err(refusal)?;
        let mut answer = topics_out(&found, now);
        (answer.topics, answer.next_page_token) =
            page.fill(written, |(place, _)| place.clone(), |(_, out)| out.clone());
        Ok(Response::new(answer))
    }

    async fn get_effect(
        &self,
        request: Request<wire::GetEffectRequest>,
    ) -> Result<Response<wire::Effect>, Status> {
        let caller = seamless_api::caller(&request)?;
        let wire::GetEffectRequest { name, days } = request.into_inner();
        let ActivityName(id) = ActivityName::parse("name", &name).map_err(refusal)?;
        let days = if days == 0 { COMPARED } else { days };
        let now = self.clock.now();
        let use_case =
            GetEffect { rules: &self.rules, alerts: self.alerts(), activities: self.activity_access() };
        let found = use_case.execute(&caller, id, days, now).await.map_err(refusal)?;
        Ok(Response::new(effect_out(&found, now).map_err(refusal)?))
    }

    async fn list_product_areas(
        &self,
        _: Request<wire::ListProductAreasRequest>,
    ) -> Result<Response<wire::ListProductAreasResponse>, Status> {
        Ok(Response::new(product_areas_out(&self.needs.areas)))
    }
}

impl Api {
    fn alerts(&self) -> Alerts<'_> {
        let NeedRules { followed, areas, most_alerts, longest_days, named } = &self.needs;
        Alerts {
            followed,
            areas,
            alerts: &self.store,
            most: *most_alerts,
            longest_days: *longest_days,
            named: *named,
        }
    }

    fn topics_in(
        &self,
        request: wire::ProposeTopicsRequest,
        now: Timestamp,
    ) -> Result<TopicRequest, DomainError> {
        let mut wrong = Violations::new();
        let least = if request.min_alerts == 0 { 1 } else { request.min_alerts };
        if !(1..=LEAST).contains(&least) {
            wrong.add("min_alerts", format!("wants 0 to {LEAST}; got {least}"));
        }
        let asked = TopicRequest {
            end: wrong.timestamp("end_time", request.end_time),
            days: if request.days == 0 { PERIOD } else { request.days },
            product_area: wrong.parsed("product_area", &request.product_area, str::parse),
            hazards: wrong.vocabularies("hazards", &request.hazards, 21),
            origin: wrong.country("country_of_origin", &request.country_of_origin),
            least: u64::try_from(least).unwrap_or(1),
            not_covered: request.not_covered,
            status: wrong.vocabulary("status", request.status).unwrap_or(EventStatus::Actual),
        };
        wrong.add_all(asked.violations(&self.needs.areas, self.needs.longest_days, now));
        Ok(wrong.finish(asked)?)
    }
}

fn place(topic: &Topic, end: i64) -> TopicCursor {
    let TopicKey { product_area, hazard, origin } = &topic.key;
    (end, topic.alerts, topic.before, product_area.to_string(), *hazard as i32, origin.clone())
}

/// Whether a topic stands behind the place at which a page ended.
fn is_behind(topic: &Topic, (_, alerts, before, area, hazard, origin): &TopicCursor) -> bool {
    let key = &topic.key;
    let here = (key.product_area.as_str(), key.hazard as i32, key.origin.as_str());
    let order = alerts.cmp(&topic.alerts).then(topic.before.cmp(before));
    order.then(here.cmp(&(area.as_str(), *hazard, origin.as_str()))).is_gt()
}
