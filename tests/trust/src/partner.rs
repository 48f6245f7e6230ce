//! A partner of a service: changes, reads, and looks at everything that is there, by the contract alone.

use std::{collections::HashMap, time::Duration};

use prost::Message;
use prost_types::Timestamp;
use seamless_proto::seamless::{
    consignments::v1::{self as goods, screening_service_client::ScreeningServiceClient},
    notifications::v1::{self as alerts, notification_service_client::NotificationServiceClient},
    r#type::v1::{LanguageVersion, LocalizedText, TranslationState},
};
use seamless_service::client::ClientChannel;
use seamless_testkit::TestCredentials;
use tonic::Status;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::Failure;

/// How long a call may take before the partner hangs up: then nobody knows what became of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest page of a list.
const PAGE: i32 = 500;
/// Text beside the mark, so that records are as large as real ones.
const WORDS: &str = "The product does not withstand the conditions of normal use: parts that should stay enclosed become \
                     accessible after the drop test. ";

/// Which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Drafts of alerts are created.
    Notifications,
    /// Arriving goods are screened.
    Consignments,
}

impl Subject {
    /// Its name, as in its program's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Notifications => "notifications",
            Self::Consignments => "consignments",
        }
    }

    fn health_name(self) -> &'static str {
        match self {
            Self::Notifications => "seamless.notifications.v1.NotificationService",
            Self::Consignments => "seamless.consignments.v1.ScreeningService",
        }
    }
}

/// What a service acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledged {
    /// The resource.
    pub name: String,
    /// All that was said of it.
    pub content: Vec<u8>,
}

/// The partner; clones share its connection.
#[derive(Clone)]
pub struct Partner {
    subject: Subject,
    channel: ClientChannel,
    health: ClientChannel,
    arrival: Timestamp,
}

impl Partner {
    /// Calls with every scope of an authority that may make the changes.
    #[must_use]
    pub fn new(subject: Subject, credentials: &TestCredentials, address: &str) -> Self {
        let token = match subject {
            Subject::Notifications => {
                credentials.token("eu-just", &seamless_notifications::api::authorization::SCOPES)
            }
            Subject::Consignments => {
                credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES)
            }
        };
        let soon = seamless_calendar_now(credentials) + jiff::SignedDuration::from_hours(48);
        Self {
            subject,
            channel: credentials.channel(address, Some(token)),
            health: credentials.channel(address, None),
            arrival: Timestamp { seconds: soon.as_second(), nanos: 0 },
        }
    }

    /// Whether health says so.
    pub async fn is_serving(&self) -> bool {
        let request = HealthCheckRequest { service: self.subject.health_name().to_owned() };
        let mut client = HealthClient::new(self.health.clone());
        let answer = tokio::time::timeout(PATIENCE, client.check(request)).await;
        matches!(answer, Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving)
    }

    /// Makes one change, which can be told by its mark.
    ///
    /// # Errors
    /// The refusal, or that nobody knows.
    pub async fn change(&self, mark: &str, request_id: &str) -> Result<Acknowledged, Status> {
        let change = async {
            match self.subject {
                Subject::Notifications => {
                    let request = alerts::CreateNotificationRequest {
                        notification: Some(draft(mark)),
                        request_id: request_id.to_owned(),
                        validate_only: false,
                    };
                    let mut client = NotificationServiceClient::new(self.channel.clone());
                    client.create_notification(request).await.map(|answer| of_alert(answer.get_ref()))
                }
                Subject::Consignments => {
                    let request = goods::ScreenConsignmentRequest {
                        consignment: Some(self.arriving(mark)),
                        request_id: request_id.to_owned(),
                        ..goods::ScreenConsignmentRequest::default()
                    };
                    let mut client = ScreeningServiceClient::new(self.channel.clone());
                    client.screen_consignment(request).await.map(|answer| of_screening(answer.into_inner()))
                }
            }
        };
        match tokio::time::timeout(PATIENCE, change).await {
            Ok(answer) => answer,
            Err(_) => Err(Status::deadline_exceeded("the partner hung up")),
        }
    }

    /// Reads what was acknowledged.
    ///
    /// # Errors
    /// The refusal.
    pub async fn read(&self, name: &str) -> Result<Acknowledged, Status> {
        let name = name.to_owned();
        match self.subject {
            Subject::Notifications => {
                let mut client = NotificationServiceClient::new(self.channel.clone());
                let answer = client.get_notification(alerts::GetNotificationRequest { name }).await?;
                Ok(of_alert(answer.get_ref()))
            }
            Subject::Consignments => {
                let mut client = ScreeningServiceClient::new(self.channel.clone());
                let answer = client.get_screening(goods::GetScreeningRequest { name }).await?;
                Ok(of_screening(answer.into_inner()))
            }
        }
    }

    /// How often each mark is there.
    ///
    /// # Errors
    /// If a page cannot be had.
    pub async fn count_marks(&self) -> Result<HashMap<String, usize>, Failure> {
        let mut counts = HashMap::new();
        let mut page_token = String::new();
        loop {
            let (marks, next) = match self.subject {
                Subject::Notifications => {
                    let request =
                        alerts::ListNotificationsRequest { page_size: PAGE, page_token, filter: None };
                    let mut client = NotificationServiceClient::new(self.channel.clone());
                    let page = client.list_notifications(request).await?.into_inner();
                    let marks =
                        page.notifications.into_iter().map(|one| one.internal_note).collect::<Vec<_>>();
                    (marks, page.next_page_token)
                }
                Subject::Consignments => {
                    let request = goods::ListScreeningsRequest {
                        page_size: PAGE,
                        page_token,
                        ..goods::ListScreeningsRequest::default()
                    };
                    let mut client = ScreeningServiceClient::new(self.channel.clone());
                    let page = client.list_screenings(request).await?.into_inner();
                    let described = |one: goods::Screening| one.consignment.unwrap_or_default().description;
                    (page.screenings.into_iter().map(described).collect(), page.next_page_token)
                }
            };
            for mark in marks {
                *counts.entry(mark).or_default() += 1;
            }
            if next.is_empty() {
                return Ok(counts);
            }
            page_token = next;
        }
    }

    fn arriving(&self, mark: &str) -> goods::Consignment {
        goods::Consignment {
            entry_point: "NLRTM".to_owned(),
            arrival_time: Some(self.arrival),
            // Goods of their own: the same declaration again would amend the one before.
            movement_reference_number: declared(mark),
            goods_item_number: 1,
            port_of_loading: "CNSHA".to_owned(),
            country_of_origin: "CN".to_owned(),
            commodity_code: "950300".to_owned(),
            description: mark.to_owned(),
            quantity: Some(12_000.0),
            gross_mass_kg: Some(900.0),
            value_eur: Some(8_000.0),
            transport_mode: goods::TransportMode::Maritime.into(),
            exporter: Some(goods::Party {
                name: "Ningbo Example Toys Export".to_owned(),
                country_code: "CN".to_owned(),
                ..goods::Party::default()
            }),
            ..goods::Consignment::default()
        }
    }
}

/// A declaration for each mark, which is a UUID.
fn declared(mark: &str) -> String {
    let letters = mark.chars().filter(char::is_ascii_alphanumeric).take(14);
    format!("26NL{}", letters.collect::<String>().to_uppercase())
}

fn seamless_calendar_now(credentials: &TestCredentials) -> jiff::Timestamp {
    use seamless_calendar::Clock;
    credentials.clock().now()
}

fn draft(mark: &str) -> alerts::Notification {
    let english = |text: String| {
        let state = TranslationState::Original.into();
        let version = LanguageVersion { language_code: "en".to_owned(), text, state };
        Some(LocalizedText { versions: vec![version] })
    };
    alerts::Notification {
        product: Some(alerts::Product {
            product_name: english(format!("Electric kettle {mark}")),
            description: english(WORDS.repeat(8)),
            category: alerts::ProductCategory::ElectricalAppliances.into(),
            ..alerts::Product::default()
        }),
        internal_note: mark.to_owned(),
        ..alerts::Notification::default()
    }
}

fn of_alert(alert: &alerts::Notification) -> Acknowledged {
    Acknowledged { name: alert.name.clone(), content: alert.encode_to_vec() }
}

fn of_screening(screening: goods::Screening) -> Acknowledged {
    Acknowledged { name: screening.name.clone(), content: screening.encode_to_vec() }
}
