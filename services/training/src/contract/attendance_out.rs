//! Attendance for the wire.

use jiff::civil::DateTime;
use seamless_api::{etag_out, violations::timestamp_out};
use seamless_attendance::{FileQuestion, RowFault, Sighting};
use seamless_proto::seamless::training::v1 as wire;

use super::session_out::count_out;
use crate::domain::model::{
    ActivityId, Attendance, FileFacts, Presence, PresentCount, Question, RegisteredPerson, Stay,
    activity_name, attendance_name, registration_name,
};

/// The whole of what was merged, but for the presences.
#[must_use]
pub fn attendance_out(attendance: &Attendance) -> wire::Attendance {
    let question_out = |one: &Question| wire::AttendanceQuestion {
        name: one.name.clone(),
        email: one.address.clone().unwrap_or_default(),
        doubt: one.doubt as i32,
        candidates: one.candidates.iter().map(|who| person_out(attendance.activity, who)).collect(),
        stays: one.stays.iter().map(stay_out).collect(),
    };
    wire::Attendance {
        name: attendance_name(attendance.activity),
        files: attendance.files.iter().map(file_out).collect(),
        questions: attendance.questions.iter().map(question_out).collect(),
        present: count_out(attendance.people()),
        unregistered: count_out(attendance.unregistered),
        elsewhere: count_out(attendance.elsewhere),
        create_time: Some(timestamp_out(attendance.create_time)),
        update_time: Some(timestamp_out(attendance.update_time)),
        etag: etag_out(attendance.revision),
    }
}

/// What is told of a file.
#[must_use]
pub fn file_out(file: &FileFacts) -> wire::AttendanceFile {
    wire::AttendanceFile {
        sha256: file.digest.clone(),
        mapping: file.mapping.clone(),
        platform: file.platform.clone(),
        stays: count_out(file.stays),
        refused: count_out(file.refused),
        absent: count_out(file.absent),
        import_time: Some(timestamp_out(file.time)),
    }
}

/// A person of a registration.
pub(super) fn person_out(activity: ActivityId, who: &RegisteredPerson) -> wire::RegisteredPerson {
    let registration = registration_name(activity, who.registration);
    wire::RegisteredPerson { registration, person: count_out(who.person) }
}

fn stay_out(stay: &Stay) -> wire::AttendanceStay {
    wire::AttendanceStay {
        id: stay.id.clone(),
        join_time: Some(timestamp_out(stay.join)),
        leave_time: Some(timestamp_out(stay.leave)),
        platform: stay.platform.clone(),
    }
}

/// That somebody was at a meeting.
#[must_use]
pub fn presence_out(activity: ActivityId, presence: &Presence) -> wire::Presence {
    wire::Presence {
        who: Some(person_out(activity, &presence.who)),
        session: presence.session.to_string(),
        meeting: presence.meeting.to_string(),
        join_time: Some(timestamp_out(presence.joined_at)),
        leave_time: Some(timestamp_out(presence.left_at)),
        minutes: i32::try_from(presence.seconds / 60).unwrap_or(i32::MAX),
        platforms: presence.platforms.clone(),
    }
}

/// A person as a platform saw it.
#[must_use]
pub fn sighting_out(activity: ActivityId, sighting: &Sighting) -> wire::PersonSighting {
    wire::PersonSighting {
        activity: activity_name(activity),
        platform: sighting.platform.clone(),
        name: sighting.name.clone(),
        email: sighting.address.clone().unwrap_or_default(),
        device: sighting.device.clone().unwrap_or_default(),
        guest: sighting.guest.clone().unwrap_or_default(),
        join_time: Some(timestamp_out(sighting.join)),
        leave_time: Some(timestamp_out(sighting.leave)),
    }
}

/// What is asked about a file.
#[must_use]
pub fn file_question_out(question: &FileQuestion) -> wire::AttendanceFileQuestion {
    match question {
        FileQuestion::Zone { example } => wire::AttendanceFileQuestion {
            example: example.clone(),
            asks_zone: true,
            ..wire::AttendanceFileQuestion::default()
        },
        FileQuestion::DateOrder { example, day_first, month_first, fits_both } => {
            wire::AttendanceFileQuestion {
                example: example.clone(),
                asks_zone: false,
                day_first: DateTime::to_string(day_first),
                month_first: month_first.to_string(),
                fits_both: *fits_both,
            }
        }
    }
}

/// A row that was refused.
#[must_use]
pub fn row_fault_out(fault: &RowFault) -> wire::AttendanceRowFault {
    wire::AttendanceRowFault {
        row: count_out(fault.row),
        column: fault.column.clone(),
        wanted: fault.wanted.clone(),
        got: fault.got.clone(),
    }
}

/// What an event tells of attendance: counts, and no person.
#[must_use]
pub fn merged_out(attendance: &Attendance) -> wire::AttendanceMerged {
    let count = |one: &PresentCount| wire::PresentCount {
        country: one.country.to_string(),
        audience: one.audience as i32,
        people: count_out(one.people),
    };
    wire::AttendanceMerged {
        activity: activity_name(attendance.activity),
        present: attendance.present.iter().map(count).collect(),
        unregistered: count_out(attendance.unregistered),
        open_questions: i32::try_from(attendance.questions.len()).unwrap_or(i32::MAX),
    }
}
