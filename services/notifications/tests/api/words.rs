//! The words of the stories: notifications and the steps that they go through.

use seamless_proto::seamless::{
    feed::v1 as feed,
    notifications::v1 as wire,
    r#type::v1::{LanguageVersion, LocalizedText},
};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::running::Partner;

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

pub fn english(text: &str) -> Option<LocalizedText> {
    let version = LanguageVersion { language_code: "en".to_owned(), text: text.to_owned(), state: 0 };
    Some(LocalizedText { versions: vec![version] })
}

/// A complete alert on a kettle that was made in China and is sold online.
pub fn kettle() -> wire::Notification {
    wire::Notification {
        general: Some(wire::General {
            reference: "SR/00001/26".to_owned(),
            r#type: wire::NotificationType::SeriousRisk.into(),
            notifying_country: "NL".to_owned(),
            case_handler: "J. Jansen, +31 70 000 0000".to_owned(),
            ..wire::General::default()
        }),
        product: Some(wire::Product {
            product_name: english("electric kettle"),
            brand: "Boilwell".to_owned(),
            models: vec!["BW-1700".to_owned()],
            gtins: vec!["6291041500213".to_owned()],
            category: wire::ProductCategory::ElectricalAppliances.into(),
            description: english("white kettle of 1.7 litres"),
            ..wire::Product::default()
        }),
        traceability: Some(wire::Traceability {
            country_of_origin: "CN".to_owned(),
            operators: vec![wire::EconomicOperator {
                role: wire::OperatorRole::Manufacturer.into(),
                operator_name: "Ningbo Example Appliances".to_owned(),
                contact: "sales@example.invalid".to_owned(),
                ..wire::EconomicOperator::default()
            }],
            ..wire::Traceability::default()
        }),
        online: Some(wire::Online {
            sold_online: Some(true),
            listings: vec![wire::Listing {
                url: "https://market.example.invalid/item/1".to_owned(),
                ..wire::Listing::default()
            }],
        }),
        risk: Some(wire::Risk {
            types: vec![wire::RiskType::ElectricShock.into(), wire::RiskType::Fire.into()],
            level: wire::RiskLevel::Serious.into(),
            description: english("live parts can be touched"),
            ..wire::Risk::default()
        }),
        measures: vec![wire::Measure {
            action: wire::MeasureAction::RecallFromEndUsers.into(),
            ..wire::Measure::default()
        }],
        internal_note: "the importer is under investigation".to_owned(),
        ..wire::Notification::default()
    }
}

/// The kettle as an import item under a key of the source.
pub fn item(reference: &str) -> wire::ImportNotificationsRequest {
    let mut notification = kettle();
    let general = notification.general.as_mut().unwrap();
    general.source = "story".to_owned();
    general.source_reference = reference.to_owned();
    wire::ImportNotificationsRequest {
        item_id: reference.to_owned(),
        notification: Some(notification),
        stage: wire::ImportStage::Validated.into(),
    }
}

impl Partner {
    pub async fn create(&mut self, notification: wire::Notification) -> wire::Notification {
        let request = wire::CreateNotificationRequest {
            notification: Some(notification),
            request_id: request_id(),
            validate_only: false,
        };
        self.notifications.create_notification(request).await.unwrap().into_inner()
    }

    pub async fn submit(&mut self, name: &str) -> Result<wire::Notification, tonic::Status> {
        let request = wire::SubmitNotificationRequest {
            name: name.to_owned(),
            request_id: request_id(),
            ..wire::SubmitNotificationRequest::default()
        };
        self.notifications.submit_notification(request).await.map(tonic::Response::into_inner)
    }

    /// Submits it, and says of everything like it that it is another product.
    pub async fn submit_as_different(&mut self, name: &str) -> wire::Notification {
        let refused = match self.submit(name).await {
            Ok(submitted) => return submitted,
            Err(refused) => refused,
        };
        let details = refused.get_details_precondition_failure().unwrap();
        let similarity_answers = details
            .violations
            .iter()
            .map(|violation| wire::SimilarityAnswer {
                candidate: violation.subject.clone(),
                verdict: wire::SimilarityVerdict::DifferentProduct.into(),
                ..wire::SimilarityAnswer::default()
            })
            .collect();
        let request = wire::SubmitNotificationRequest {
            name: name.to_owned(),
            similarity_answers,
            request_id: request_id(),
            ..wire::SubmitNotificationRequest::default()
        };
        self.notifications.submit_notification(request).await.unwrap().into_inner()
    }

    pub async fn accept(&mut self, name: &str) -> Result<wire::ValidateNotificationResponse, tonic::Status> {
        let request = wire::ValidateNotificationRequest {
            name: name.to_owned(),
            decision: wire::ValidationDecision::Accept.into(),
            request_id: request_id(),
            ..wire::ValidateNotificationRequest::default()
        };
        self.notifications.validate_notification(request).await.map(tonic::Response::into_inner)
    }

    pub async fn get(&mut self, name: &str) -> wire::Notification {
        let request = wire::GetNotificationRequest { name: name.to_owned() };
        self.notifications.get_notification(request).await.unwrap().into_inner()
    }

    pub async fn inbox(&mut self) -> Vec<wire::InboxEntry> {
        self.transmissions.list_inbox(wire::ListInboxRequest::default()).await.unwrap().into_inner().entries
    }

    pub async fn acknowledge(&mut self, transmission: &str) -> Result<wire::Transmission, tonic::Status> {
        let request = wire::AcknowledgeTransmissionRequest {
            name: transmission.to_owned(),
            request_id: request_id(),
            ..wire::AcknowledgeTransmissionRequest::default()
        };
        self.transmissions.acknowledge_transmission(request).await.map(tonic::Response::into_inner)
    }

    pub async fn transmit(
        &mut self,
        name: &str,
        recipients: &[&str],
    ) -> Result<wire::TransmitNotificationResponse, tonic::Status> {
        let request = wire::TransmitNotificationRequest {
            name: name.to_owned(),
            recipients: recipients.iter().map(|recipient| (*recipient).to_owned()).collect(),
            request_id: request_id(),
            ..wire::TransmitNotificationRequest::default()
        };
        self.notifications.transmit_notification(request).await.map(tonic::Response::into_inner)
    }

    /// Imports items and gives their results.
    pub async fn import(
        &mut self,
        items: Vec<wire::ImportNotificationsRequest>,
    ) -> Vec<wire::ImportNotificationsResponse> {
        let stream =
            self.notifications.import_notifications(tokio_stream::iter(items)).await.unwrap().into_inner();
        futures::TryStreamExt::try_collect(stream).await.unwrap()
    }

    /// An alert of this partner's that was validated and sent to GACC by hand.
    pub async fn sent_to_gacc(&mut self, reference: &str) -> wire::Notification {
        let name = self.import(vec![item(reference)]).await.remove(0).name;
        self.transmit(&name, &["cn-gacc"]).await.unwrap().notification.unwrap()
    }

    /// All events that the partner may see.
    pub async fn events(&mut self) -> Vec<feed::Event> {
        let mut events = Vec::new();
        let mut after_position = 0;
        loop {
            let request =
                feed::ReadEventsRequest { after_position, max: 7, ..feed::ReadEventsRequest::default() };
            let page = self.feed.read_events(request).await.unwrap().into_inner();
            events.extend(page.events);
            after_position = page.next_after_position;
            if page.caught_up {
                return events;
            }
        }
    }
}

/// The short names of event types.
pub fn kinds(events: &[feed::Event]) -> Vec<&str> {
    events.iter().map(|event| event.r#type.rsplit('.').next().unwrap_or_default()).collect()
}
