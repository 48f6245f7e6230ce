//! One use case a file, a folder for each RPC group. Each decides; none writes.

mod activities;
mod attendance;
mod calendars;
mod certificates;
mod feedback;
mod mails;
mod materials;
mod needs;
mod obligations;
mod personal_data;
mod proceedings;
mod registrations;
mod schedule;

pub use activities::{
    ActivityAccess, ActivityChecks, CancelActivity, CreateActivity, FollowClocks, HoldActivity,
    PublishActivity, RescheduleActivity, Rescheduled, UpdateActivity,
};
pub use attendance::{AnswerAttendance, AttendanceAccess, ImportAttendance, Imported, Merging};
pub use calendars::{Calendar, CalendarLinks, ReadCalendar, ShownActivity};
pub use certificates::{CertificateAccess, CertificateDraft, Drafts, IssueCertificates, RevokeCertificate};
pub use feedback::{GiveFeedback, ReadFeedback, TellFeedback};
pub use mails::{
    ForgetCorrespondence, MailAccess, ReceiveMail, Received, Remind, ResendMail, TellRegistered,
};
pub use materials::{
    ChangeMaterial, CountDownload, MaterialAccess, MaterialFilter, MaterialStep, TellDownloads,
};
pub use needs::{Alerts, EffectFound, GetEffect, ProposeTopics, Proposed, TopicRequest};
pub use obligations::{ReadObligations, WatchObligations};
pub use personal_data::{
    EndRetention, ErasePerson, Erasures, ForgetCertificates, KnownOfPerson, Sought, Speakers, spoken,
};
pub use proceedings::{ActionItemStep, ActionItems, MinutesOf, ReportContribution, WatchActionItems};
pub use registrations::{
    ChangeRegistration, EndOver, ExpireOffers, FillSeats, Intake, Register, RegistrationAccess,
    RegistrationStep, Wanted,
};
pub use schedule::{Booking, BookingTurns, Conflicts, FindSlots, KnownMeetings};

use seamless_decision::require_revision;
