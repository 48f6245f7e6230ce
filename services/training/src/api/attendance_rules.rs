//! How files of meeting platforms are read and merged, as it is configured.

use std::sync::Arc;

use seamless_attendance::{Limits, Mappings, Margin};

/// How files of platforms are read and merged.
#[derive(Clone)]
pub struct AttendanceRules {
    pub mappings: Arc<Mappings>,
    pub limits: Limits,
    pub margin: Margin,
    /// The most files of an activity.
    pub files: usize,
    /// The most answers that are kept of an activity.
    pub answers: usize,
}
