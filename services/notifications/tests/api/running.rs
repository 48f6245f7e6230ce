//! A running service, and clients of it.

use std::{collections::HashMap, sync::Arc};

use seamless_calendar::Clock;
use seamless_notifications::{Bound, Config, api::authorization::SCOPES};
use seamless_proto::seamless::{
    feed::v1::feed_service_client::FeedServiceClient,
    notifications::v1::{
        GetNotificationRequest, assessment_service_client::AssessmentServiceClient,
        attachment_service_client::AttachmentServiceClient, clock_service_client::ClockServiceClient,
        conversation_service_client::ConversationServiceClient,
        evidence_service_client::EvidenceServiceClient, follow_up_service_client::FollowUpServiceClient,
        listing_service_client::ListingServiceClient, notification_service_client::NotificationServiceClient,
        proposal_service_client::ProposalServiceClient, rights_service_client::RightsServiceClient,
        sandbox_service_client::SandboxServiceClient, similarity_service_client::SimilarityServiceClient,
        trace_service_client::TraceServiceClient, transmission_service_client::TransmissionServiceClient,
    },
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{Flags, Run, TestCredentials, TestedService};
use tokio_util::sync::CancellationToken;
use tonic::Code;

/// The service in this process.
pub type Running = seamless_testkit::Running<Notifications>;

/// The notifications service.
pub enum Notifications {}

impl TestedService for Notifications {
    type Partner = Partner;

    fn scopes() -> Vec<&'static str> {
        SCOPES.to_vec()
    }

    fn flags(credentials: &TestCredentials) -> Flags {
        let keys = credentials.receipt_keys();
        seamless_receipts::generate(&keys).unwrap();
        vec![("receipts.keys".to_owned(), keys.display().to_string())]
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
    pub notifications: NotificationServiceClient<ClientChannel>,
    pub transmissions: TransmissionServiceClient<ClientChannel>,
    pub follow_ups: FollowUpServiceClient<ClientChannel>,
    pub clocks: ClockServiceClient<ClientChannel>,
    pub attachments: AttachmentServiceClient<ClientChannel>,
    pub sandbox: SandboxServiceClient<ClientChannel>,
    pub traces: TraceServiceClient<ClientChannel>,
    pub evidence: EvidenceServiceClient<ClientChannel>,
    pub conversations: ConversationServiceClient<ClientChannel>,
    pub listings: ListingServiceClient<ClientChannel>,
    pub rights: RightsServiceClient<ClientChannel>,
    pub proposals: ProposalServiceClient<ClientChannel>,
    pub assessments: AssessmentServiceClient<ClientChannel>,
    pub similarity: SimilarityServiceClient<ClientChannel>,
    pub feed: FeedServiceClient<ClientChannel>,
}

impl Partner {
    /// A back end that calls through this channel.
    pub fn on(channel: ClientChannel) -> Self {
        Self {
            notifications: NotificationServiceClient::new(channel.clone()),
            transmissions: TransmissionServiceClient::new(channel.clone()),
            follow_ups: FollowUpServiceClient::new(channel.clone()),
            clocks: ClockServiceClient::new(channel.clone()),
            attachments: AttachmentServiceClient::new(channel.clone()),
            sandbox: SandboxServiceClient::new(channel.clone()),
            traces: TraceServiceClient::new(channel.clone()),
            evidence: EvidenceServiceClient::new(channel.clone()),
            conversations: ConversationServiceClient::new(channel.clone()),
            listings: ListingServiceClient::new(channel.clone()),
            rights: RightsServiceClient::new(channel.clone()),
            proposals: ProposalServiceClient::new(channel.clone()),
            assessments: AssessmentServiceClient::new(channel.clone()),
            similarity: SimilarityServiceClient::new(channel.clone()),
            feed: FeedServiceClient::new(channel),
        }
    }

    /// The code with which the partner is refused the notification.
    pub async fn refused(&mut self, name: &str) -> Code {
        let request = GetNotificationRequest { name: name.to_owned() };
        self.notifications.get_notification(request).await.expect_err("it should be refused").code()
    }
}
