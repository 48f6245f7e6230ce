//! The same of the training service: an activity is read by the other side of its arrangement, and one for everybody by all;
//! registrations, minutes and what else belongs to it cannot be found out by trying every call.

use prost::Message;
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor, ReflectMessage, Value};
use seamless_disclosure::Audience;
use seamless_proto::seamless::{
    disclosure::v1::Audience as Circle,
    feed::v1::{ReadEventsRequest, feed_service_client::FeedServiceClient},
    notifications::v1::RiskType,
    training::v1::{
        self as wire, Activity, activity_service_client::ActivityServiceClient,
        proceedings_service_client::ProceedingsServiceClient,
        registration_service_client::RegistrationServiceClient,
    },
    r#type::v1::{CivilDate, CivilDateRange, LanguageVersion, LocalTime, LocalizedText},
};
use seamless_service::client::ClientChannel;
use seamless_training::{api::authorization::SCOPES, domain::model::CertificateCode};
use uuid::Uuid;

use super::{
    disclosure,
    filled::mark,
    is_denied, leaks,
    probe::Outcome,
    seen::{Paths, allowed, contract, difference, shown},
    steps::request_id,
    without,
};
use crate::{
    assert_none,
    raw_call::{call, contracts, path_of},
    running::Running,
};

const ACTIVITY: &str = "seamless.training.v1.Activity";
const PACKAGE: &str = "seamless.training.v1";
/// Fields of an activity that is announced, and neither moved, cancelled, held nor a campaign.
const NOT_YET: [&str; 5] = ["change_note", "cancel_reason", "held", "campaign", "conflicts"];
/// Of which a list and an event say nothing.
const SEATS: &str = "seats";

fn channel(running: &Running, authority: &str) -> ClientChannel {
    running.channel(Some(running.credentials.token(authority, &SCOPES)))
}

fn text(path: &str) -> Option<LocalizedText> {
    let version = |language: &str| LanguageVersion {
        language_code: language.to_owned(),
        text: mark(path),
        ..Default::default()
    };
    Some(LocalizedText { versions: vec![version("en"), version("zh-Hans")] })
}

/// A meeting of the EU and China with every field set that its organiser writes.
fn meeting(visibility: wire::ActivityVisibility) -> Activity {
    let start = LocalTime {
        local: "2036-03-15T09:00:00".to_owned(),
        zone: "Europe/Brussels".to_owned(),
        later: None,
    };
    let session =
        wire::Session { id: "day-1".to_owned(), start: Some(start), minutes: 90, ..Default::default() };
    Activity {
        kind: wire::ActivityKind::Summit.into(),
        co_organisers: vec!["nl-nvwa".to_owned()],
        arrangement: "eu-cn".to_owned(),
        programme: mark("programme"),
        visibility: visibility.into(),
        title: text("title"),
        description: text("description"),
        topics: vec![mark("topics")],
        product_areas: vec!["toys".to_owned()],
        audiences: vec![wire::TargetAudience::Authority.into()],
        languages: vec!["en".to_owned()],
        format: wire::ActivityFormat::Hybrid.into(),
        venue: Some(wire::Venue { name: text("venue"), country: "BE".to_owned() }),
        join_link: "https://join.example/secret-link".to_owned(),
        web_page: "https://www.example/summit".to_owned(),
        sessions: vec![session],
        registration: Some(wire::RegistrationTerms {
            capacity: 10,
            waiting_list: true,
            ..Default::default()
        }),
        delegations: vec![wire::Delegation {
            authority: "cn-gacc".to_owned(),
            head: mark("delegations.head"),
            size: 3,
        }],
        status: 1,
        internal_note: mark("internal_note"),
        disclosures: vec![disclosure("web_page", Circle::Public)],
        is_review: true,
        hazards: vec![RiskType::Choking.into()],
        ..Activity::default()
    }
}

async fn announced(channel: &ClientChannel, activity: Activity) -> String {
    let mut client = ActivityServiceClient::new(channel.clone());
    let request = wire::CreateActivityRequest {
        activity: Some(activity),
        request_id: request_id(),
        ..Default::default()
    };
    let name = client.create_activity(request).await.unwrap().into_inner().name;
    let request =
        wire::PublishActivityRequest { name: name.clone(), request_id: request_id(), ..Default::default() };
    client.publish_activity(request).await.unwrap();
    name
}

/// Everywhere that a reader sees the activity.
async fn sights(channel: &ClientChannel, name: &str) -> Vec<(&'static str, Activity)> {
    let mut client = ActivityServiceClient::new(channel.clone());
    let mut all = Vec::new();
    let get = wire::GetActivityRequest { name: name.to_owned() };
    all.extend(client.get_activity(get).await.ok().map(|one| ("GetActivity", one.into_inner())));
    let listed = client.list_activities(wire::ListActivitiesRequest::default()).await.unwrap().into_inner();
    all.extend(listed.activities.into_iter().map(|one| ("ListActivities", one)));
    let mut feed = FeedServiceClient::new(channel.clone());
    let request = ReadEventsRequest { max: 1_000, ..Default::default() };
    for event in feed.read_events(request).await.unwrap().into_inner().events {
        if event.r#type.ends_with(".ActivityChanged") {
            let told = wire::ActivityChanged::decode(event.data.unwrap().value.as_slice()).unwrap();
            all.extend(told.activity.map(|one| ("ReadEvents", one)));
        }
    }
    all.retain(|(_, one)| one.name == name);
    all
}

fn of(clearance: Audience) -> Paths {
    let all = allowed(ACTIVITY, clearance);
    let absent: Vec<&str> = NOT_YET.into_iter().filter(|path| all.contains(*path)).collect();
    without(all, &absent)
}

async fn wrong(channel: &ClientChannel, name: &str, clearance: Audience, secrets: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    let seen = sights(channel, name).await;
    assert!(seen.len() >= 3, "in a record, a list and the feed; {}", seen.len());
    for (place, activity) in seen {
        let mut wanted = of(clearance);
        if place != "GetActivity" {
            wanted.remove(SEATS);
        }
        // A draft is the organisers' own; what is announced has these fields from the first on.
        let differs = difference(&shown(&activity), &wanted).into_iter();
        findings
            .extend(differs.filter(|path| !path.contains("sequence")).map(|path| format!("{place}: {path}")));
        findings.extend(leaks(place, &activity.encode_to_vec(), secrets));
    }
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_of_an_activity_what_the_contract_lets_them_see_and_nothing_else() {
    let running = Running::training().await;
    let [eu, gacc, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| channel(&running, id));
    let secrets = [mark("internal_note"), mark("disclosures.reason"), "secret-link".to_owned()].to_vec();
    let own = announced(&eu, meeting(wire::ActivityVisibility::Arrangement)).await;
    assert_none("its organiser", &wrong(&eu, &own, Audience::Originator, &[]).await);
    assert_none("the other side", &wrong(&gacc, &own, Audience::Parties, &secrets).await);
    assert!(sights(&canada, &own).await.is_empty(), "it is the EU's and China's");
    let open = announced(&eu, meeting(wire::ActivityVisibility::Public)).await;
    let mut of_parties = secrets.clone();
    of_parties.push(mark("delegations.head"));
    assert_none("everybody", &wrong(&canada, &open, Audience::Public, &of_parties).await);
    assert_none("the other side", &wrong(&gacc, &open, Audience::Parties, &secrets).await);
}

/// The records that are tried.
struct Names {
    activity: String,
    registration: String,
    item: String,
    contribution: String,
    arrangement: &'static str,
    erasure: String,
    material: String,
    certificate: String,
}

impl Names {
    fn of_nothing() -> Self {
        let key = Uuid::now_v7();
        let activity = format!("activities/{key}");
        Self {
            registration: format!("{activity}/registrations/{key}"),
            item: format!("{activity}/actionItems/{key}"),
            contribution: format!("{activity}/contributions/eu-just"),
            arrangement: "arrangements/eu-mars",
            erasure: format!("erasures/{key}"),
            material: format!("materials/{key}"),
            certificate: format!("certificates/{}", CertificateCode::draw()),
            activity,
        }
    }
}

/// The message within a request that its handler would refuse before it looks at the name.
fn content(field: &str) -> Option<DynamicMessage> {
    let day = CivilDate { year: 2036, month: 4, day: 1 };
    let person =
        wire::Person { full_name: "A".to_owned(), email: "a@example.org".to_owned(), ..Default::default() };
    let of = |name: &str, bytes: Vec<u8>| {
        DynamicMessage::decode(contract(&format!("{PACKAGE}.{name}")), bytes.as_slice()).unwrap()
    };
    let made = match field {
        "minutes" => {
            let minutes = wire::Minutes { summary: text("summary"), ..Default::default() };
            of("Minutes", minutes.encode_to_vec())
        }
        "action_item" => {
            let item = wire::ActionItem {
                text: text("text"),
                owner: "eu-just".to_owned(),
                due_date: Some(day),
                ..Default::default()
            };
            of("ActionItem", item.encode_to_vec())
        }
        "contribution" => of("Contribution", Vec::new()),
        "registration" => {
            let registration = wire::Registration {
                people: vec![person],
                audience: 1,
                country: "CN".to_owned(),
                ..Default::default()
            };
            of("Registration", registration.encode_to_vec())
        }
        "people" => of("Person", person.encode_to_vec()),
        "answers" => {
            let answer = wire::AttendanceAnswer { name_asked: "a".to_owned(), ..Default::default() };
            of("AttendanceAnswer", answer.encode_to_vec())
        }
        "feedback" => {
            let feedback =
                wire::Feedback { usefulness: 3, clarity: 3, organisation: 3, ..Default::default() };
            of("Feedback", feedback.encode_to_vec())
        }
        "due_date" => {
            let range = CivilDateRange { start: Some(day), end: None };
            let bytes = range.start.map(|day| day.encode_to_vec()).unwrap_or_default();
            DynamicMessage::decode(contract("seamless.type.v1.CivilDate"), bytes.as_slice()).unwrap()
        }
        _ => return None,
    };
    Some(made)
}

/// The request of a call that names one of the records; none for others.
fn request(method: &MethodDescriptor, names: &Names) -> Option<DynamicMessage> {
    let input = method.input();
    let mut request = DynamicMessage::new(input.clone());
    let service = method.parent_service();
    if (service.name(), method.name()) == ("ActivityService", "UpdateActivity") {
        let update = wire::UpdateActivityRequest {
            activity: Some(Activity { name: names.activity.clone(), title: text("t"), ..Default::default() }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["title".to_owned()] }),
            request_id: request_id(),
            ..Default::default()
        };
        return DynamicMessage::decode(input, update.encode_to_vec().as_slice()).ok();
    }
    let field = ["name", "parent"].into_iter().find(|field| input.get_field_by_name(field).is_some())?;
    let name = match (service.name(), method.name(), field) {
        ("ObligationService", "GetObligation", _) => {
            format!("{}/obligations/workshop.2026-01-01", names.arrangement)
        }
        ("ObligationService", ..) => names.arrangement.to_owned(),
        ("PersonalDataService", ..) => names.erasure.clone(),
        ("MaterialService", ..) => names.material.clone(),
        ("CertificateService", _, "name") => names.certificate.clone(),
        // A real one is told of in the stories of the service: it wants a listener.
        ("CalendarService", ..) => names.material.replace("materials/", "calendarLinks/"),
        ("FeedbackService", "GiveFeedback", _) => names.registration.clone(),
        ("FeedbackService", ..) => format!("{}/feedback", names.activity),
        ("AttendanceService", ..) => format!("{}/attendance", names.activity),
        ("CorrespondenceService", _, "name") => format!("{}/mails/{}", names.registration, Uuid::nil()),
        ("RegistrationService", _, "name") => names.registration.clone(),
        ("ProceedingsService", "AgreeMinutes" | "GetMinutes", _) => format!("{}/minutes", names.activity),
        ("ProceedingsService", "GetContribution", _) => names.contribution.clone(),
        ("ProceedingsService", _, "name") => names.item.clone(),
        _ => names.activity.clone(),
    };
    request.set_field_by_name(field, Value::String(name));
    let texts: [(&str, String); 5] = [
        ("request_id", request_id()),
        ("reason", "why".to_owned()),
        ("note", "so".to_owned()),
        ("language", "en".to_owned()),
        ("link", "https://video.example/a".to_owned()),
    ];
    for (field, value) in texts {
        if input.get_field_by_name(field).is_some() {
            request.set_field_by_name(field, Value::String(value));
        }
    }
    if method.name() == "IssueCertificates" {
        request.set_field_by_name("minimum_percent", Value::I32(80));
    }
    if method.name() == "AgreeMinutes" {
        request.set_field_by_name("etag", Value::String("\"1\"".to_owned()));
    }
    for field in input.fields() {
        // Of one name there are several kinds of messages.
        let made = content(field.name()).filter(|made| Kind::Message(made.descriptor()) == field.kind());
        if let Some(made) = made {
            let value = Value::Message(made);
            request.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
        }
    }
    Some(request)
}

/// Tries every call of the contract that names one of the records.
async fn try_everything(channel: &ClientChannel, names: &Names) -> Vec<Outcome> {
    let pool = contracts();
    let services = pool.services().filter(|service| service.package_name() == PACKAGE);
    let mut outcomes = Vec::new();
    for method in services.flat_map(|service| service.methods().collect::<Vec<_>>()) {
        if let Some(request) = request(&method, names) {
            assert_eq!(request.descriptor(), method.input());
            let path = path_of(&method);
            let answer = call(channel, &path, request.encode_to_vec().into(), false).await;
            outcomes.push(Outcome { path, answer });
        }
    }
    assert!(outcomes.len() > 25, "only {} calls name a record: look at this test", outcomes.len());
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_part_in_an_activity_cannot_tell_it_from_one_that_does_not_exist() {
    let running = Running::training().await;
    let [eu, gacc, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| channel(&running, id));
    let activity = announced(&eu, meeting(wire::ActivityVisibility::Arrangement)).await;
    let register = wire::RegisterRequest {
        parent: activity.clone(),
        registration: Some(wire::Registration {
            people: vec![wire::Person {
                full_name: mark("full_name"),
                email: "secret@example.org".to_owned(),
                ..Default::default()
            }],
            audience: 1,
            country: "CN".to_owned(),
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let registered = RegistrationServiceClient::new(gacc.clone()).register(register).await;
    let add = wire::AddActionItemRequest {
        parent: activity.clone(),
        action_item: Some(wire::ActionItem {
            text: text("action"),
            owner: "cn-gacc".to_owned(),
            due_date: Some(CivilDate { year: 2036, month: 4, day: 1 }),
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let item = ProceedingsServiceClient::new(eu.clone()).add_action_item(add).await;
    let names = Names {
        registration: registered.unwrap().into_inner().name,
        item: item.unwrap().into_inner().name,
        contribution: format!("{activity}/contributions/eu-just"),
        arrangement: "arrangements/eu-cn",
        activity,
        ..Names::of_nothing()
    };
    let real = try_everything(&canada, &names).await;
    let unknown = try_everything(&canada, &Names::of_nothing()).await;
    let mut findings = Vec::new();
    for (real, unknown) in real.iter().zip(&unknown) {
        let (told, otherwise) = (real.told(), unknown.told());
        if told != otherwise {
            findings.push(format!("{}: {told:?}, but {otherwise:?} for an unknown one", real.path));
        }
        if !real.answer.as_ref().is_err_and(is_denied) {
            findings.push(format!("{} is not denied: {told:?}", real.path));
        }
    }
    assert_none("what a stranger learns", &findings);
}
