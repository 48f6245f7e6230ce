//! A connection to one of the services: where it is and with which credentials, from the data folder of a local
//! `seamless up` or from the command line.

use std::{collections::BTreeMap, fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use seamless_proto::seamless::{
    consignments::v1::{
        control_service_client::ControlServiceClient, inspection_service_client::InspectionServiceClient,
        screening_service_client::ScreeningServiceClient, targeting_service_client::TargetingServiceClient,
        trust_service_client::TrustServiceClient,
    },
    feed::v1::feed_service_client::FeedServiceClient,
    notifications::v1::{
        attachment_service_client::AttachmentServiceClient, clock_service_client::ClockServiceClient,
        conversation_service_client::ConversationServiceClient,
        evidence_service_client::EvidenceServiceClient, follow_up_service_client::FollowUpServiceClient,
        listing_service_client::ListingServiceClient, notification_service_client::NotificationServiceClient,
        proposal_service_client::ProposalServiceClient, rights_service_client::RightsServiceClient,
        sandbox_service_client::SandboxServiceClient, similarity_service_client::SimilarityServiceClient,
        trace_service_client::TraceServiceClient, transmission_service_client::TransmissionServiceClient,
    },
    reporting::v1::{
        bulletin_service_client::BulletinServiceClient, read_model_service_client::ReadModelServiceClient,
        report_schedule_service_client::ReportScheduleServiceClient,
        report_service_client::ReportServiceClient, situation_service_client::SituationServiceClient,
        statistics_service_client::StatisticsServiceClient,
    },
    training::v1::{
        activity_service_client::ActivityServiceClient, attendance_service_client::AttendanceServiceClient,
        calendar_service_client::CalendarServiceClient, certificate_service_client::CertificateServiceClient,
        correspondence_service_client::CorrespondenceServiceClient,
        feedback_service_client::FeedbackServiceClient, material_service_client::MaterialServiceClient,
        need_service_client::NeedServiceClient, obligation_service_client::ObligationServiceClient,
        registration_service_client::RegistrationServiceClient,
        schedule_service_client::ScheduleServiceClient,
    },
};
use seamless_service::client::{ChannelSettings, ClientChannel, IdentityFiles};
use serde::{Deserialize, Serialize};
use tonic_health::pb::health_client::HealthClient;

use crate::{
    cli::{Language, Service, Target},
    error::Failure,
    import::unsound,
    local,
};

/// An address with its scheme and host.
fn whole(address: &str) -> Result<String, Failure> {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', ':'])) {
        true => Ok(address.to_owned()),
        false => Err(Failure::usage(format!(
            "--address wants a whole address, such as https://host:7401; got {address}"
        ))),
    }
}

/// Where the services of a local `up` listen; kept in its data folder while it runs and after.
#[derive(Debug, Serialize, Deserialize)]
pub struct Endpoints {
    /// `https://127.0.0.1:7401`
    pub notifications: String,
    /// `https://127.0.0.1:7402`; none where it runs without that service.
    #[serde(default)]
    pub consignments: Option<String>,
    /// `https://127.0.0.1:7403`; none where an earlier version ran.
    #[serde(default)]
    pub training: Option<String>,
    /// `https://127.0.0.1:7413`; none where an earlier version ran.
    #[serde(default)]
    pub calendars: Option<String>,
    /// `https://127.0.0.1:7404`; none where an earlier version ran.
    #[serde(default)]
    pub reporting: Option<String>,
    /// `https://127.0.0.1:7414`; none where an earlier version ran.
    #[serde(default)]
    pub situation: Option<String>,
}

impl Endpoints {
    /// The services that run.
    fn services(&self) -> Vec<Service> {
        let others = [
            (Service::Consignments, &self.consignments),
            (Service::Training, &self.training),
            (Service::Reporting, &self.reporting),
        ];
        let others = others.into_iter().filter(|(_, address)| address.is_some()).map(|(service, _)| service);
        std::iter::once(Service::Notifications).chain(others).collect()
    }
}

/// The largest message that the service sends, with room for a larger setting.
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// An open channel and what it was opened with.
pub struct Connection {
    channel: ClientChannel,
    address: String,
    authority: Option<String>,
    /// What the token says, for `whoami`.
    claims: BTreeMap<String, serde_json::Value>,
    credential: String,
    language: Language,
}

impl Connection {
    /// Finds address and credentials. Nothing is sent yet.
    pub fn open(target: &Target, service: Service) -> Result<Self, Failure> {
        let address = match (&target.address, service) {
            (Some(address), _) => whole(address)?,
            (None, Service::Notifications) => endpoints(target)?.notifications,
            (None, Service::Consignments) => endpoints(target)?.consignments.ok_or_else(|| {
                Failure::usage(
                    "this `seamless up` runs without the consignments service; it said why at its start",
                )
            })?,
            (None, Service::Training) => endpoints(target)?.training.ok_or_else(|| {
                Failure::usage(
                    "this `seamless up` is of a version without the training service: start it again",
                )
            })?,
            (None, Service::Reporting) => endpoints(target)?.reporting.ok_or_else(|| {
                Failure::usage(
                    "this `seamless up` is of a version without the reporting service: start it again",
                )
            })?,
        };
        let ca = target.ca.clone().unwrap_or_else(|| local::ca_certificate(&target.data));
        let identity = target.cert.clone().zip(target.key.clone());
        let token_file = match (&target.token, &identity, &target.authority) {
            (Some(file), _, _) => Some(file.clone()),
            (None, Some(_), _) => None,
            (None, None, Some(authority)) => Some(local::token(&target.data, authority)),
            (None, None, None) => {
                return Err(Failure::usage(
                    "say for whom: --as AUTHORITY, or --token FILE, or --cert and --key",
                ));
            }
        };
        let token = token_file.as_ref().map(read_token).transpose()?;
        let claims = token.as_deref().map(claims_of).unwrap_or_default();
        let named = claims.get("authority").and_then(|value| value.as_str()).map(str::to_owned);
        let credential = match (&token_file, &identity) {
            (Some(file), _) => file.display().to_string(),
            (None, Some((certificate, _))) => certificate.display().to_string(),
            (None, None) => String::new(),
        };
        let mut settings = ChannelSettings::new(address.clone(), ca);
        settings.token = token.map(Into::into);
        settings.identity = identity.map(|(certificate, key)| IdentityFiles { certificate, key });
        let channel = settings.connect_lazy().map_err(|error| Failure::usage(error.to_string()))?;
        let (authority, language) = (target.authority.clone().or(named), target.language);
        Ok(Self { channel, address, authority, claims, credential, language })
    }

    /// Connections to all services of a local `up`, by their names; only to that at `--address`, where one is given. Further
    /// ones are at `also`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn all(target: &Target, also: &[String]) -> Result<Vec<(String, Self)>, Failure> {
        let services = match &target.address {
            Some(_) => vec![Service::Notifications],
            None => endpoints(target)?.services(),
        };
        let known = services
            .into_iter()
            .map(|service| Ok((format!("{service:?}").to_lowercase(), Self::open(target, service)?)));
        let further = also.iter().map(|address| {
            let target = Target { address: Some(address.clone()), ..target.clone() };
            Ok((address.clone(), Self::open(&target, Service::Notifications)?))
        });
        known.chain(further).collect()
    }

    /// The authority on whose behalf the calls are made.
    pub fn authority(&self) -> Result<&str, Failure> {
        self.authority.as_deref().ok_or_else(|| Failure::usage("say for whom: --as AUTHORITY"))
    }

    /// The language in which its answers are shown.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The address of the service.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What is known of the credential, for people.
    pub fn credential_facts(&self) -> Vec<(String, String)> {
        let text =
            |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut facts = vec![("credential".to_owned(), self.credential.clone())];
        if let Some(authority) = &self.authority {
            facts.push(("authority".to_owned(), authority.clone()));
        }
        for (claim, label) in [("sub", "subject"), ("iss", "issuer"), ("scope", "scopes")] {
            facts.extend(self.claims.get(claim).map(|value| (label.to_owned(), text(value))));
        }
        let expires = self.claims.get("exp").and_then(serde_json::Value::as_i64);
        let expires = expires.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        facts.extend(expires.map(|time| ("expires".to_owned(), time.to_string())));
        facts
    }
}

/// A client of each group of calls.
macro_rules! clients {
    ($($name:ident: $client:ident,)+) => {
        impl Connection {
            $(pub fn $name(&self) -> $client<ClientChannel> {
                $client::new(self.channel.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES)
            })+
        }
    };
}

clients! {
    notifications: NotificationServiceClient,
    transmissions: TransmissionServiceClient,
    follow_ups: FollowUpServiceClient,
    clocks: ClockServiceClient,
    attachments: AttachmentServiceClient,
    sandbox: SandboxServiceClient,
    traces: TraceServiceClient,
    evidence: EvidenceServiceClient,
    conversations: ConversationServiceClient,
    listings: ListingServiceClient,
    rights: RightsServiceClient,
    proposals: ProposalServiceClient,
    similarity: SimilarityServiceClient,
    inspections: InspectionServiceClient,
    screenings: ScreeningServiceClient,
    controls: ControlServiceClient,
    targeting: TargetingServiceClient,
    trust: TrustServiceClient,
    activities: ActivityServiceClient,
    attendance: AttendanceServiceClient,
    certificates: CertificateServiceClient,
    calendars: CalendarServiceClient,
    materials: MaterialServiceClient,
    feedback: FeedbackServiceClient,
    needs: NeedServiceClient,
    schedules: ScheduleServiceClient,
    obligations: ObligationServiceClient,
    registrations: RegistrationServiceClient,
    correspondence: CorrespondenceServiceClient,
    reports: ReportServiceClient,
    schedules_of_reports: ReportScheduleServiceClient,
    read_models: ReadModelServiceClient,
    bulletins: BulletinServiceClient,
    situation: SituationServiceClient,
    statistics: StatisticsServiceClient,
    feed: FeedServiceClient,
    health: HealthClient,
}

fn endpoints(target: &Target) -> Result<Endpoints, Failure> {
    let file = local::endpoints(&target.data);
    let text = fs::read_to_string(&file).map_err(|error| {
        let data = target.data.display();
        Failure::usage(format!(
            "no local `seamless up` has run with --data {data} ({}: {error}); start it, or name --address, --ca and --token",
            file.display()
        ))
    })?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{}: {}", file.display(), unsound(&error))))
}

fn read_token(file: &PathBuf) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!(
            "no token: {}: {error} (is the authority known to this `up`?)",
            file.display()
        ))
    })?;
    Ok(text.trim().to_owned())
}

/// The claims of a token, unverified: the service verifies them.
fn claims_of(token: &str) -> BTreeMap<String, serde_json::Value> {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}
