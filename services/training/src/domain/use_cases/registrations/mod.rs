//! Use cases of registrations.

mod change_registration;
mod end_over;
mod expire_offers;
mod fill_seats;
mod form_answers;
mod intake;
mod register;
mod registration_access;
mod transfer;

pub use change_registration::{ChangeRegistration, RegistrationStep};
pub use end_over::EndOver;
pub use expire_offers::ExpireOffers;
pub use fill_seats::FillSeats;
pub use intake::{Intake, Wanted};
pub use register::Register;
pub use registration_access::RegistrationAccess;
