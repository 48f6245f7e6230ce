//! By what a person is asked for, and where it speaks.

use seamless_api::Violations;
use seamless_attendance::comparable;
use seamless_proto::seamless::training::v1 as wire;

use super::{registration_in::address_in, session_out::speaker_out};
use crate::domain::{
    model::{Activity, Session},
    use_cases::{Sought, spoken},
};

/// An address, or a full name of who has none, or both.
pub fn sought_in(found: &mut Violations, email: String, full_name: String) -> Sought {
    let full_name = found.line("full_name", full_name, 200);
    let full_name = Some(comparable(&full_name)).filter(|name| !name.is_empty());
    let address = match (email.is_empty(), &full_name) {
        (true, Some(_)) => None,
        _ => Some(address_in(found, "email", email)),
    };
    Sought { address, full_name }
}

/// Where the person speaks.
pub fn speeches_out(activity: &Activity, sought: &Sought) -> Vec<wire::PersonSpeech> {
    let speech_out = |session: &Session| {
        let own = session.speakers.iter().find(|speaker| sought.is_called(&comparable(&speaker.name)));
        let (activity, session) = (activity.name(), session.id.to_string());
        wire::PersonSpeech { activity, session, speaker: own.map(speaker_out) }
    };
    spoken(activity, sought).into_iter().map(speech_out).collect()
}
