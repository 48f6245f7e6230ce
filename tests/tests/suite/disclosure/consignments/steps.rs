//! The steps by which records of the consignments service come to be, and everything by which a reader comes to see them.

use std::time::Duration;

use seamless_calendar::{Clock, Zones};
use seamless_consignments::api::authorization::SCOPES;
use seamless_proto::seamless::{
    consignments::v1::{
        self as wire, Control, Inspection, control_service_client::ControlServiceClient,
        inspection_service_client::InspectionServiceClient, screening_service_client::ScreeningServiceClient,
        targeting_service_client::TargetingServiceClient,
    },
    disclosure::v1::FieldDisclosure,
    feed::v1::{Event, FollowEventsRequest, ReadEventsRequest, feed_service_client::FeedServiceClient},
};
use seamless_service::client::ClientChannel;
use tokio_stream::StreamExt;
use tonic::{Response, Status};

use super::super::{
    filled::mark,
    steps::{every_field, part, request_id},
};
use crate::running::Running;

const BODY: &str = "cn-ciq-shanghai";

/// What was inspected in Shanghai, with every field set, under a certificate.
pub fn inspection(certificate: &str, disclosures: Vec<FieldDisclosure>) -> Inspection {
    Inspection {
        arrangement: "eu-cn".to_owned(),
        inspection_body: BODY.to_owned(),
        certificate_id: certificate.to_owned(),
        disclosures,
        ..every_field("")
    }
}

/// Everything that an authority's back end calls of the consignments service.
pub struct Trader {
    pub channel: ClientChannel,
    inspections: InspectionServiceClient<ClientChannel>,
    screenings: ScreeningServiceClient<ClientChannel>,
    controls: ControlServiceClient<ClientChannel>,
    feed: FeedServiceClient<ClientChannel>,
    /// When the goods arrive that it has screened.
    arrival: prost_types::Timestamp,
}

impl Trader {
    /// The back end of an authority, with every scope of the consignments service.
    pub fn of(running: &Running, authority: &str) -> Self {
        let channel = running.channel(Some(running.credentials.token(authority, &SCOPES)));
        Self {
            inspections: InspectionServiceClient::new(channel.clone()),
            screenings: ScreeningServiceClient::new(channel.clone()),
            controls: ControlServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel.clone()),
            arrival: prost_types::Timestamp {
                seconds: running.credentials.clock().now().as_second(),
                nanos: 0,
            },
            channel,
        }
    }

    pub async fn share(&mut self, inspection: Inspection) -> String {
        let request = wire::CreateInspectionRequest {
            inspection: Some(inspection),
            request_id: request_id(),
            validate_only: false,
        };
        self.inspections.create_inspection(request).await.unwrap().into_inner().name
    }

    pub async fn amend(&mut self, name: &str, inspection: Inspection) {
        let request = wire::AmendInspectionRequest {
            name: name.to_owned(),
            inspection: Some(inspection),
            request_id: request_id(),
            ..Default::default()
        };
        self.inspections.amend_inspection(request).await.unwrap();
    }

    pub async fn revoke(&mut self, name: &str, reason: &str) {
        let request = wire::RevokeInspectionRequest {
            name: name.to_owned(),
            reason: reason.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.inspections.revoke_inspection(request).await.unwrap();
    }

    /// The pre-inspection without how far its certificate was used, which is told here and nowhere else.
    pub async fn get(&mut self, name: &str) -> Result<Inspection, Status> {
        let request = wire::GetInspectionRequest { name: name.to_owned() };
        let mut seen = self.inspections.get_inspection(request).await?.into_inner();
        assert!(seen.balance.take().is_some(), "whoever sees a certificate sees how far it was used");
        Ok(seen)
    }

    pub async fn list(&mut self) -> Vec<Inspection> {
        let request = wire::ListInspectionsRequest::default();
        self.inspections.list_inspections(request).await.unwrap().into_inner().inspections
    }

    /// Has every arrival of the day at Rotterdam drawn by lot.
    pub async fn draw_all(&mut self, now: jiff::Timestamp) {
        let date = now.to_zoned(Zones::bundled().get("Europe/Amsterdam").unwrap()).date();
        let set = wire::SetPlanRequest {
            name: format!("entryPoints/NLRTM/plans/{date}"),
            plan: Some(wire::Plan {
                capacity: 1_000,
                random_floor: Some(1.0),
                expected_arrivals: Some(1),
                ..Default::default()
            }),
            request_id: request_id(),
            ..Default::default()
        };
        TargetingServiceClient::new(self.channel.clone()).set_plan(set).await.unwrap();
    }

    /// Has goods screened that arrive in Rotterdam under a certificate; gives the name of the screening.
    pub async fn screen(&mut self, certificate: &str) -> String {
        let certificate = wire::CertificateReference {
            inspection_body: BODY.to_owned(),
            certificate_id: certificate.to_owned(),
            version: 0,
        };
        let certified = inspection("", Vec::new()).items.remove(0);
        let consignment = wire::Consignment {
            entry_point: "NLRTM".to_owned(),
            arrival_time: Some(self.arrival),
            certificates: vec![certificate],
            models: certified.models,
            gtins: certified.gtins,
            commodity_code: "950300".to_owned(),
            // Within what the certificate's terms allow.
            quantity: Some(0.01),
            exporter: Some(wire::Party { name: mark("consignment.exporter.name"), ..Default::default() }),
            ..Default::default()
        };
        let request = wire::ScreenConsignmentRequest {
            consignment: Some(consignment),
            request_id: request_id(),
            ..Default::default()
        };
        self.screenings.screen_consignment(request).await.unwrap().into_inner().name
    }

    pub async fn get_screening(&mut self, name: &str) -> Result<wire::Screening, Status> {
        let request = wire::GetScreeningRequest { name: name.to_owned() };
        self.screenings.get_screening(request).await.map(Response::into_inner)
    }

    /// Records what was found in the goods of a screening, with every field set.
    pub async fn record(&mut self, screening: &str, inspection: &str) -> Control {
        let control = Control {
            screening: screening.to_owned(),
            inspection: inspection.to_owned(),
            notification: "notifications/01993f2e-0000-7000-8000-000000000001".to_owned(),
            consignment: None,
            examine_time: Some(self.arrival),
            ..every_field("")
        };
        let request = wire::RecordControlRequest {
            control: Some(control),
            request_id: request_id(),
            validate_only: false,
        };
        self.controls.record_control(request).await.unwrap().into_inner()
    }

    pub async fn get_control(&mut self, name: &str) -> Result<Control, Status> {
        let request = wire::GetControlRequest { name: name.to_owned() };
        self.controls.get_control(request).await.map(Response::into_inner)
    }

    pub async fn list_controls(&mut self) -> Vec<Control> {
        let request = wire::ListControlsRequest::default();
        self.controls.list_controls(request).await.unwrap().into_inner().controls
    }

    /// All its events, a page read at once.
    pub async fn events(&mut self) -> Vec<Event> {
        let page = self.feed.read_events(ReadEventsRequest::default()).await.unwrap().into_inner();
        assert!(page.caught_up, "the stories are shorter than a page");
        page.events
    }

    async fn followed(&mut self, count: usize) -> Vec<Event> {
        let stream = self
            .feed
            .follow_events(FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() })
            .await
            .unwrap();
        let events = stream.into_inner().take(count).collect::<Result<Vec<_>, _>>();
        let in_time = tokio::time::timeout(Duration::from_secs(30), events).await;
        in_time.expect("the stream says what the pages say").unwrap()
    }

    /// The pre-inspection in each event that tells of it.
    pub async fn told(&mut self, name: &str) -> Vec<Inspection> {
        let told = self.events().await.into_iter().filter_map(|event| part(&event, "inspection"));
        told.filter(|one: &Inspection| one.name == name).collect()
    }

    /// Every place at which it sees the pre-inspection, in whatever version, with what it sees there.
    pub async fn sights(&mut self, name: &str) -> Vec<(String, Inspection)> {
        let present = self.get(name).await.unwrap();
        let by_certificate = format!("inspectionBodies/{BODY}/certificates/{}", present.certificate_id);
        let by_certificate = self.get(&by_certificate).await.unwrap();
        let latest = present.version;
        let mut sights = vec![
            ("GetInspection".to_owned(), present),
            ("GetInspection by its certificate".to_owned(), by_certificate),
        ];
        for version in 1..=latest {
            let seen = self.get(&format!("{name}/versions/{version}")).await.unwrap();
            sights.push((format!("GetInspection of version {version}"), seen));
        }
        let listed = self.list().await.into_iter().filter(|one| one.name == name);
        sights.extend(listed.map(|one| ("ListInspections".to_owned(), one)));
        let read = self.events().await;
        let followed = self.followed(read.len()).await;
        for (method, events) in [("ReadEvents", read), ("FollowEvents", followed)] {
            let told = events.iter().filter_map(|event| part::<Inspection>(event, "inspection"));
            let told = told.filter(|one| one.name == name);
            sights.extend(told.map(|one| (format!("{method}: InspectionChanged"), one)));
        }
        sights
    }

    /// Those of the present version alone.
    pub async fn sights_of_present(&mut self, name: &str) -> Vec<(String, Inspection)> {
        let latest = self.get(name).await.unwrap().version;
        self.sights(name).await.into_iter().filter(|(_, seen)| seen.version == latest).collect()
    }
}
