//! Arguments of `activities`, `register` and `registrations`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Workshops, webinars, visits, meetings, campaigns.
#[derive(Debug, Subcommand)]
pub enum Activities {
    /// List activities that the authority may see, the first to begin first
    List {
        /// With these words, in English or Chinese
        #[arg(default_value = "")]
        text: String,
        /// In this state: draft, published, held, cancelled; may be repeated
        #[arg(long)]
        state: Vec<String>,
        /// Of this kind: workshop, webinar, expert-visit, campaign, …; may be repeated
        #[arg(long)]
        kind: Vec<String>,
        /// Only those that are not over
        #[arg(long)]
        coming: bool,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show an activity with its meetings, its seats and what was decided
    Show(ActivityName),
    /// Begin an activity as a draft, from a file with the contract's JSON
    Create {
        /// The file; - reads standard input
        file: PathBuf,
        /// Announce it at once
        #[arg(long)]
        publish: bool,
    },
    /// Announce a draft
    Publish(ActivityName),
    /// Give an announced activity other times; who may see it is told
    Reschedule {
        #[command(flatten)]
        name: ActivityName,
        /// The session that moves [default: the only one]
        #[arg(long)]
        session: Option<String>,
        /// The new local time: 2027-03-30T09:00
        #[arg(long, value_name = "TIME")]
        start: String,
        /// The zone of it [default: that of the session]
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// A session that does not take place any more
        #[arg(long, value_name = "SESSION")]
        without: Vec<String>,
        /// Why; everybody who may see it reads it
        #[arg(long)]
        reason: String,
    },
    /// Cancel an activity; who may see it is told
    Cancel {
        #[command(flatten)]
        name: ActivityName,
        /// Why; everybody who may see it reads it
        #[arg(long)]
        reason: String,
    },
    /// Say that an activity took place
    Hold {
        #[command(flatten)]
        name: ActivityName,
        /// How many people took part
        #[arg(long, default_value_t = 0)]
        participants: i32,
        /// What was concluded, in English
        #[arg(long, default_value = "")]
        en: String,
        /// What was concluded, in Chinese
        #[arg(long, default_value = "")]
        zh: String,
    },
}

#[derive(Debug, Args)]
pub struct ActivityName {
    /// activities/UUID, the id, or a beginning of it that no other has
    #[arg(value_name = "ACTIVITY")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    pub activity: ActivityName,
    /// The full name of who takes part; may be repeated: the first is written to
    #[arg(long = "name", value_name = "NAME", required = true)]
    pub people: Vec<String>,
    /// The address of the first
    #[arg(long)]
    pub email: String,
    /// Whom they work for
    #[arg(long, default_value = "")]
    pub organisation: String,
    /// The country that they come from (ISO 3166-1 alpha-2)
    #[arg(long)]
    pub country: String,
    /// What they are: manufacturer, exporter, online-seller, buyer, authority, testing-body, consumer
    #[arg(long)]
    pub audience: String,
    /// In which language they are written to: en, zh-Hans
    #[arg(long, default_value = "")]
    pub lang: String,
    /// By which clocks they live: Asia/Shanghai
    #[arg(long, default_value = "")]
    pub zone: String,
    /// How many seats are wanted [default: as many as there are names]
    #[arg(long, default_value_t = 0)]
    pub seats: i32,
    /// The session, where people register for it by itself
    #[arg(long, default_value = "")]
    pub session: String,
    /// An answer to a question of the form: consent=true; may be repeated
    #[arg(long, value_name = "QUESTION=ANSWER")]
    pub answer: Vec<String>,
}

/// What the parties of an arrangement promised each other.
#[derive(Debug, Args)]
pub struct Obligations {
    /// The arrangement: eu-cn
    pub arrangement: String,
    /// Only those of periods that are not over before this day
    #[arg(long)]
    pub from: Option<jiff::civil::Date>,
    /// In this state: open, on-track, at-risk, fulfilled, missed, untold; may be repeated
    #[arg(long)]
    pub state: Vec<String>,
    /// How many to show at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// What becomes of registrations.
#[derive(Debug, Subcommand)]
pub enum Registrations {
    /// List those of an activity that the authority may see, the first to come first
    List {
        #[command(flatten)]
        activity: ActivityName,
        /// In this state: pending, waiting, offered, confirmed, withdrawn, …; may be repeated
        #[arg(long)]
        state: Vec<String>,
        /// Only people whom two authorities registered, as far as the authority sees both
        #[arg(long)]
        twice: bool,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Approve one that is pending
    Approve(RegistrationName),
    /// Reject one that is pending or waits
    Reject(WithReason),
    /// Take the seat that is offered
    Confirm(RegistrationName),
    /// Leave the seat that is offered to who is next
    Decline(RegistrationName),
    /// End one; its seats go to who is next
    Withdraw {
        #[command(flatten)]
        name: RegistrationName,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Give a free seat to one that waits before others that do
    Promote(WithReason),
}

#[derive(Debug, Args)]
pub struct RegistrationName {
    /// activities/UUID/registrations/UUID
    #[arg(value_name = "REGISTRATION")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct WithReason {
    #[command(flatten)]
    pub name: RegistrationName,
    /// Why
    #[arg(long)]
    pub reason: String,
}

/// When a meeting suits everybody.
#[derive(Debug, Args)]
pub struct Slots {
    /// Who takes part, where, and whose holidays count: beijing=Asia/Shanghai:CN; may be repeated
    #[arg(long, value_name = "NAME=ZONE[:CALENDAR]")]
    pub side: Vec<String>,
    /// A room or an interpreter that is to be free; may be repeated
    #[arg(long, value_name = "NAME")]
    pub room: Vec<String>,
    /// A file with a Schedule in the contract's JSON, for what has no option: stays, appointments, office hours
    #[arg(long, value_name = "FILE")]
    pub schedule: Option<PathBuf>,
    /// How long it lasts, in minutes
    #[arg(long, default_value_t = 60)]
    pub minutes: i32,
    /// From the beginning of this day on, in UTC
    #[arg(long)]
    pub from: jiff::civil::Date,
    /// To the beginning of this day, in UTC
    #[arg(long)]
    pub until: jiff::civil::Date,
    /// Humane hours of those who are named by --side [default: 08:00-21:00]
    #[arg(long, value_name = "FROM-TO")]
    pub hours: Option<String>,
    /// Whether those who are named by --side meet on Saturdays
    #[arg(long)]
    pub saturdays: bool,
    /// How many minutes before it begins it must be booked; a schedule from a file says it itself
    #[arg(long, default_value_t = 0)]
    pub notice: i32,
    /// How far beginnings lie apart, in minutes
    #[arg(long, default_value_t = 30)]
    pub step: i32,
    /// How many to show at most
    #[arg(long, default_value_t = 10)]
    pub limit: i32,
}

/// Who was there.
#[derive(Debug, Subcommand)]
pub enum Attendance {
    /// Take the file of a meeting platform in
    Import(ImportAttendance),
    /// Show what was merged, with the questions that are open
    Show(ActivityName),
    /// List who was where, of those who are registered
    List {
        #[command(flatten)]
        activity: ActivityName,
        /// Only those at this session
        #[arg(long, default_value = "")]
        session: String,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Say who somebody is who could not be told
    Answer(AnswerAttendance),
}

#[derive(Debug, Args)]
pub struct ImportAttendance {
    #[command(flatten)]
    pub activity: ActivityName,
    /// The file as the platform exports it
    pub file: PathBuf,
    /// How it is read: plain, teams, tencent, webex, zoom, zoom-webinar, or one that the service is configured with
    #[arg(long)]
    pub mapping: String,
    /// The zone of its times, where the file does not say it
    #[arg(long, default_value = "")]
    pub zone: String,
    /// Which of day and month stands first, where that was asked: day-first, month-first
    #[arg(long)]
    pub date_order: Option<String>,
    /// Only check the file; nothing is stored
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct AnswerAttendance {
    #[command(flatten)]
    pub activity: ActivityName,
    /// The stay that is asked about, by its id; or name and address with --asked and --email
    #[arg(long, default_value = "")]
    pub stay: String,
    /// The name as the question has it: for all stays of the name and address
    #[arg(long, value_name = "NAME", default_value = "")]
    pub asked: String,
    /// The address as the question has it
    #[arg(long, default_value = "")]
    pub email: String,
    /// The registration that it is: activities/UUID/registrations/UUID; left out for somebody who is not registered
    #[arg(long, value_name = "REGISTRATION")]
    pub is: Option<String>,
    /// Its place among the people of the registration, from 0
    #[arg(long, default_value_t = 0)]
    pub person: i32,
}
