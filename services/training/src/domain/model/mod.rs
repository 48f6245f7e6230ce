//! The things that the service knows, as values that cannot be wrong.

mod activity;
mod attendance;
mod booking_turn;
mod calendar_link;
mod campaign;
mod certificate;
mod certificate_code;
mod conflict;
mod correspondence;
mod erasure;
mod feedback;
mod ids;
mod keys;
mod mail;
mod material;
mod obligation;
mod proceedings;
mod published_report;
mod registration;
mod search_form;
mod seat_counts;
mod seats;
mod session;
mod terms;
mod vocabulary;

pub use activity::{ALL_MEETINGS, Activity, ActivityContent, Delegation, Held, ToldMeeting, Venue};
pub use attendance::{
    AskedOf, Attendance, AttendanceFile, FileFacts, KeptAnswer, Presence, PresentCount, Question,
    RegisteredPerson, Stay, attendance_file_name, attendance_name, forget_who,
};
pub use booking_turn::{BookingTurn, booking_turn_name};
pub use calendar_link::{CalendarLink, CalendarShows, calendar_link_name};
pub use campaign::{Campaign, CampaignMessage, PlannedSamples};
pub use certificate::{
    BookEntry, Certificate, CertificateBook, CertificateClaims, CertificateCount, CertificateDocument,
    CertificateFacts, Holder, NameDigest, book_name, certificate_name,
};
pub use certificate_code::{CertificateCode, CodeProblem};
pub use conflict::Conflict;
pub use correspondence::{Correspondence, Said, Told, correspondence_name};
pub use erasure::{Erased, Erasure, erasure_name};
pub use feedback::{
    Feedback, FeedbackCell, FeedbackContent, FeedbackGroup, FeedbackSummary, FeedbackTotals, GroupFeedback,
    ToldFeedback, feedback_name, feedback_summary_name,
};
pub use ids::{FormKey, ProductAreaId, SessionId};
pub use keys::{ActivityId, Pool, RegistrationId, activity_name, activity_of, registration_name};
pub use mail::{MailDue, mail_name};
pub use material::{
    DayOfDownloads, DownloadsOfDay, Edition, EditionBody, LanguageStanding, Material, MaterialContent,
    MaterialDownloads, downloads_name, material_name,
};
pub use obligation::{Evidence, Fulfilment, Obligation, ToldObligation, obligation_name};
pub use proceedings::{
    ActionItem, ActionItemContent, Contribution, ContributionContent, MinutedDecision, Minutes,
    MinutesContent, Reach, SampleResult, action_item_name, contribution_name, minutes_name,
};
pub use published_report::PublishedReport;
pub use registration::{Answer, Person, Registration, RegistrationContent, Step, address_key};
pub use search_form::search_form;
pub use seat_counts::Seats;
pub use seats::{ConfirmedCount, RegistrationChange, RegistrationCounts, SeatPool};
pub use session::{AgendaItem, Meeting, Otherwise, Recurrence, Session, Speaker};
pub use terms::{FormChoice, FormQuestion, RegistrationTerms};
pub use vocabulary::{
    ActionItemState, ActivityChange, ActivityFormat, ActivityKind, ActivityState, ActivityVisibility,
    AnswerKind, AttendanceDoubt, CertificateState, ErasureState, EventStatus, Keep, MailKind, MailState,
    MaterialState, ObligationKind, ObligationState, ProductCategory, ReachUnit, ReceivedAs,
    RegistrationState, RiskType, TargetAudience,
};
