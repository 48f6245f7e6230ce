//! Use cases of personal data.

mod end_retention;
mod erase_person;
mod erasures;
mod forget_attendance;
mod forget_certificates;
mod forget_feedback;
mod known_of_person;
mod speakers;
mod whose;

pub use end_retention::EndRetention;
pub use erase_person::ErasePerson;
pub use erasures::Erasures;
pub use forget_certificates::ForgetCertificates;
pub use known_of_person::KnownOfPerson;
pub use speakers::{Speakers, spoken};
pub use whose::Sought;
