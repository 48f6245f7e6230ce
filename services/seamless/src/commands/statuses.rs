//! Of which statuses a list is: actual alone, unless drills or tests are asked for; then each line says what it is.

use seamless_proto::seamless::feed::v1::EventStatus;

use super::event_status;
use crate::{cli, output};

impl cli::Statuses {
    /// All there are.
    pub fn all() -> Self {
        Self { status: vec![cli::Status::Actual, cli::Status::Exercise, cli::Status::Test] }
    }

    /// As the contract numbers them; none stands for actual alone, but below a named notification.
    pub fn numbers(&self) -> Vec<i32> {
        self.status.iter().map(|status| event_status(*status).into()).collect()
    }

    /// True where a line is not of something actual as a matter of course.
    fn is_told(&self) -> bool {
        self.status.iter().any(|status| !matches!(status, cli::Status::Actual))
    }

    /// The head of the list's table, with a column for the status where that is told.
    pub fn head<'h>(&self, columns: &[&'h str]) -> Vec<&'h str> {
        columns.iter().copied().chain(self.is_told().then_some("status")).collect()
    }

    /// A line of the list's table, of something with this status.
    pub fn row<const COLUMNS: usize>(&self, cells: [String; COLUMNS], status: EventStatus) -> Vec<String> {
        let word = || output::word(status.as_str_name(), "EVENT_STATUS_");
        cells.into_iter().chain(self.is_told().then(word)).collect()
    }
}
