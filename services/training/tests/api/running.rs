//! A running service, and clients of it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
};

use seamless_calendar::Clock;
use seamless_proto::seamless::{
    feed::v1::{Event, ReadEventsRequest, feed_service_client::FeedServiceClient},
    training::v1::{
        activity_service_client::ActivityServiceClient, attendance_service_client::AttendanceServiceClient,
        calendar_service_client::CalendarServiceClient, certificate_service_client::CertificateServiceClient,
        correspondence_service_client::CorrespondenceServiceClient,
        feedback_service_client::FeedbackServiceClient, material_service_client::MaterialServiceClient,
        need_service_client::NeedServiceClient, obligation_service_client::ObligationServiceClient,
        personal_data_service_client::PersonalDataServiceClient,
        proceedings_service_client::ProceedingsServiceClient,
        registration_service_client::RegistrationServiceClient,
        schedule_service_client::ScheduleServiceClient,
    },
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{Flags, Run, TestCredentials, TestedService};
use seamless_training::{Bound, Config, api::authorization::SCOPES};
use tokio_util::sync::CancellationToken;

/// The service in this process.
pub type Running = seamless_testkit::Running<Training>;

/// The training service.
pub enum Training {}

/// What links to calendars begin with here.
pub const CALENDARS: &str = "https://calendars.example.eu";
/// Where the calendars of a service are read, by the port of its calls: the system chooses both.
static READ_AT: LazyLock<Mutex<HashMap<u16, SocketAddr>>> = LazyLock::new(Mutex::default);

/// Where the calendars of the service with this address are read.
pub fn calendars_of(address: &str) -> SocketAddr {
    let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    READ_AT.lock().unwrap()[&port]
}

impl TestedService for Training {
    type Partner = Partner;

    fn scopes() -> Vec<&'static str> {
        SCOPES.to_vec()
    }

    fn flags(credentials: &TestCredentials) -> Flags {
        let keys = credentials.receipt_keys();
        seamless_receipts::generate(&keys).unwrap();
        let keys = keys.display().to_string();
        let flags = [
            ("calendars.listen", "127.0.0.1:0"),
            ("calendars.base_url", CALENDARS),
            ("certificates.keys", &keys),
        ];
        flags.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
    }

    async fn bind(flags: Flags, clock: Arc<dyn Clock>, until: CancellationToken) -> (u16, Run) {
        let config = Config::load(None, HashMap::new(), flags).unwrap().settings;
        let bound = Bound::bind(config, clock).await.unwrap();
        let calendars = bound.calendars_address().unwrap();
        READ_AT.lock().unwrap().insert(bound.address().port(), calendars);
        (bound.address().port(), Box::pin(async move { bound.run(until).await.unwrap() }))
    }

    fn partner(channel: ClientChannel) -> Partner {
        Partner::on(channel)
    }
}

/// Everything that an authority's back end calls.
#[derive(Clone)]
pub struct Partner {
    pub activities: ActivityServiceClient<ClientChannel>,
    pub materials: MaterialServiceClient<ClientChannel>,
    pub feedback: FeedbackServiceClient<ClientChannel>,
    pub needs: NeedServiceClient<ClientChannel>,
    pub obligations: ObligationServiceClient<ClientChannel>,
    pub personal_data: PersonalDataServiceClient<ClientChannel>,
    pub proceedings: ProceedingsServiceClient<ClientChannel>,
    pub registrations: RegistrationServiceClient<ClientChannel>,
    pub attendance: AttendanceServiceClient<ClientChannel>,
    pub certificates: CertificateServiceClient<ClientChannel>,
    pub calendars: CalendarServiceClient<ClientChannel>,
    pub schedules: ScheduleServiceClient<ClientChannel>,
    pub correspondence: CorrespondenceServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Partner {
    /// A back end that calls through this channel.
    pub fn on(channel: ClientChannel) -> Self {
        Self {
            activities: ActivityServiceClient::new(channel.clone()),
            materials: MaterialServiceClient::new(channel.clone()),
            feedback: FeedbackServiceClient::new(channel.clone()),
            needs: NeedServiceClient::new(channel.clone()),
            obligations: ObligationServiceClient::new(channel.clone()),
            personal_data: PersonalDataServiceClient::new(channel.clone()),
            proceedings: ProceedingsServiceClient::new(channel.clone()),
            registrations: RegistrationServiceClient::new(channel.clone()),
            attendance: AttendanceServiceClient::new(channel.clone()),
            certificates: CertificateServiceClient::new(channel.clone()),
            calendars: CalendarServiceClient::new(channel.clone()),
            schedules: ScheduleServiceClient::new(channel.clone()),
            correspondence: CorrespondenceServiceClient::new(channel.clone()),
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
