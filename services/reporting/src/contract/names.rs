//! Resource names.

use seamless_api::resource_name;
use uuid::Uuid;

resource_name! {
    /// A report.
    ReportName(Uuid) = "reports/{UUID}"
}

resource_name! {
    /// A schedule of reports.
    ScheduleName(Uuid) = "schedules/{UUID}"
}

resource_name! {
    /// A bulletin.
    BulletinName(Uuid) = "bulletins/{UUID}"
}
