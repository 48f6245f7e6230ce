//! The words of the stories: activities, people and what is said of them.

use prost_types::Timestamp;
use seamless_proto::seamless::{
    training::v1 as wire,
    r#type::v1::{LanguageVersion, LocalTime, LocalizedText},
};
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// An instant in RFC 3339.
pub fn at(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().unwrap();
    Some(Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() })
}

/// A text in English and Chinese.
pub fn both(english: &str, chinese: &str) -> Option<LocalizedText> {
    let version = |language: &str, text: &str| LanguageVersion {
        language_code: language.to_owned(),
        text: text.to_owned(),
        state: 0,
    };
    Some(LocalizedText { versions: vec![version("en", english), version("zh-Hans", chinese)] })
}

/// A local time.
pub fn local(local: &str, zone: &str) -> Option<LocalTime> {
    Some(LocalTime { local: local.to_owned(), zone: zone.to_owned(), later: None })
}

/// A session of this many minutes.
pub fn session(id: &str, start: &str, zone: &str, minutes: i32) -> wire::Session {
    wire::Session { id: id.to_owned(), start: local(start, zone), minutes, ..wire::Session::default() }
}

/// A webinar on kettles under the arrangement of the EU and China, on 15 March 2027 in Brussels.
pub fn webinar(capacity: i32) -> wire::Activity {
    wire::Activity {
        kind: wire::ActivityKind::Webinar.into(),
        arrangement: "eu-cn".to_owned(),
        programme: "SPEAC".to_owned(),
        title: both("Electrical safety of kettles", "电热水壶的电气安全"),
        description: both("What EN 60335-2-15 wants.", "EN 60335-2-15 的要求。"),
        topics: vec!["electrical safety".to_owned()],
        product_areas: vec!["electrical-appliances".to_owned()],
        audiences: vec![wire::TargetAudience::Manufacturer.into(), wire::TargetAudience::Exporter.into()],
        languages: vec!["en".to_owned(), "zh-Hans".to_owned()],
        format: wire::ActivityFormat::Online.into(),
        join_link: "https://meet.example.eu/kettles".to_owned(),
        sessions: vec![session("day-1", "2027-03-15T09:00", "Europe/Brussels", 90)],
        registration: Some(wire::RegistrationTerms { capacity, waiting_list: true, ..Default::default() }),
        internal_note: "ask for the room by Friday".to_owned(),
        ..wire::Activity::default()
    }
}

/// Somebody from Ningbo.
pub fn person(name: &str) -> wire::Person {
    wire::Person {
        full_name: name.to_owned(),
        email: format!("{}@ningbo.example.cn", name.to_lowercase().replace(' ', ".")),
        organisation: "Ningbo Example Appliances".to_owned(),
        language: "zh-Hans".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        ..Default::default()
    }
}

/// A registration of so many seats, of which one is named.
pub fn registration(name: &str, seats: i32) -> wire::Registration {
    wire::Registration {
        people: vec![person(name)],
        seats,
        audience: wire::TargetAudience::Manufacturer.into(),
        country: "CN".to_owned(),
        ..wire::Registration::default()
    }
}

/// The fields that a refusal names, with what they want.
pub fn fields(status: &Status) -> Vec<(String, String)> {
    let details = status.get_error_details();
    let wrong = details.bad_request().map(|wrong| wrong.field_violations.clone()).unwrap_or_default();
    wrong.into_iter().map(|one| (one.field, one.description)).collect()
}

/// The reason of a refusal.
pub fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details.error_info().map(|info| info.reason.clone()).unwrap_or_default()
}
