//! Use cases of attendance: files are taken in, questions answered, and all of it merged anew.

mod answer_attendance;
mod attendance_access;
mod import_attendance;
mod merging;

pub use answer_attendance::AnswerAttendance;
pub use attendance_access::AttendanceAccess;
pub use import_attendance::{ImportAttendance, Imported};
pub use merging::Merging;
pub(super) use merging::Stayed;
