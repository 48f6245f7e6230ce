//! A running service, and clients of it.

use std::{collections::HashMap, sync::Arc};

use seamless_calendar::Clock;
use seamless_consignments::{Bound, Config, api::authorization::SCOPES, domain::pilot::SAMPLE_PILOT};
use seamless_proto::seamless::{
    consignments::v1::{
        control_service_client::ControlServiceClient, inspection_service_client::InspectionServiceClient,
        screening_service_client::ScreeningServiceClient, targeting_service_client::TargetingServiceClient,
        trust_service_client::TrustServiceClient,
    },
    feed::v1::{Event, ReadEventsRequest, feed_service_client::FeedServiceClient},
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{Flags, Run, TestCredentials, TestedService};
use tokio_util::sync::CancellationToken;

/// The service in this process.
pub type Running = seamless_testkit::Running<Consignments>;

/// The consignments service.
pub enum Consignments {}

impl TestedService for Consignments {
    type Partner = Partner;

    fn scopes() -> Vec<&'static str> {
        SCOPES.to_vec()
    }

    /// Stories examine goods on a day of their own, whenever the goods arrive.
    fn flags(_: &TestCredentials) -> Flags {
        vec![("arrivals.days_early".to_owned(), "3660".to_owned())]
    }

    async fn bind(flags: Flags, clock: Arc<dyn Clock>, until: CancellationToken) -> (u16, Run) {
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, clock).await.unwrap();
        (bound.address().port(), Box::pin(async move { bound.run(until).await.unwrap() }))
    }

    fn partner(channel: ClientChannel) -> Partner {
        Partner::on(channel)
    }
}

/// Everything that an authority's back end calls.
#[derive(Clone)]
pub struct Partner {
    pub inspections: InspectionServiceClient<ClientChannel>,
    pub screenings: ScreeningServiceClient<ClientChannel>,
    pub targeting: TargetingServiceClient<ClientChannel>,
    pub controls: ControlServiceClient<ClientChannel>,
    pub trust: TrustServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Partner {
    /// A back end that calls through this channel.
    pub fn on(channel: ClientChannel) -> Self {
        Self {
            inspections: InspectionServiceClient::new(channel.clone()),
            screenings: ScreeningServiceClient::new(channel.clone()),
            targeting: TargetingServiceClient::new(channel.clone()),
            controls: ControlServiceClient::new(channel.clone()),
            trust: TrustServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }

    /// Every event that it sees, from the first on.
    pub async fn events(&mut self) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        let mut after_position = 0;
        loop {
            let request = ReadEventsRequest { after_position, max: 1_000, ..ReadEventsRequest::default() };
            let page = self.feed.read_events(request).await.unwrap().into_inner();
            events.extend(page.events);
            if page.caught_up {
                return events;
            }
            after_position = page.next_after_position;
        }
    }

    /// What happened in the events of one type that it sees.
    pub async fn told<M: prost::Message + prost::Name + Default>(&mut self) -> Vec<M> {
        let events = self.events().await.into_iter().filter(|event| event.r#type == M::full_name());
        events.map(|event| M::decode(event.data.unwrap().value.as_slice()).unwrap()).collect()
    }
}

/// The service, with Amsterdam beside Rotterdam.
pub async fn with_amsterdam(running: Running) -> Running {
    let amsterdam = "[[entry_point]]\nid = \"NLAMS\"\nname = \"Amsterdam\"\nauthority = \"nl-customs\"\n\
                     time_zone = \"Europe/Amsterdam\"\ncalendar = \"NL\"\ncapacity = 5\narrivals = 100\n\n[[entry_point]]";
    let pilot = SAMPLE_PILOT.replacen("[[entry_point]]", amsterdam, 1);
    let path = running.credentials.files().with_file_name("pilot.toml");
    std::fs::write(&path, pilot).unwrap();
    running.with(&[("pilot", path.to_str().unwrap())]).await
}
