//! Which service a command speaks to.

/// A service that commands speak to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Service {
    /// Alerts and what is done about them
    Notifications,
    /// Pre-inspections, arriving goods and their controls
    Consignments,
    /// Workshops, webinars, visits, campaigns, and who takes part
    Training,
    /// Reports, from what the feeds show
    Reporting,
}
