//! Use cases of correspondence.

mod forget_correspondence;
mod mail_access;
mod receive_mail;
mod remind;
mod resend_mail;
mod tell_registered;

pub use forget_correspondence::ForgetCorrespondence;
pub use mail_access::MailAccess;
pub use receive_mail::{ReceiveMail, Received};
pub use remind::Remind;
pub use resend_mail::ResendMail;
pub use tell_registered::TellRegistered;
