//! Reports, a line each.

use seamless_proto::seamless::reporting::v1 as wire;

use crate::{error::Failure, output};

/// Prints reports.
pub(super) fn list(reports: &[wire::Report], json: bool) -> Result<(), Failure> {
    if json {
        return reports.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["report", "state", "template", "owner", "partner", "from", "to", "why"]);
    for report in reports {
        let period = report.period.clone().unwrap_or_default();
        table.add_row([
            report.name.clone(),
            output::word(report.state().as_str_name(), "REPORT_STATE_"),
            output::word(report.template().as_str_name(), "REPORT_TEMPLATE_"),
            report.owner.clone(),
            report.partner.clone(),
            output::day(period.start_date.as_ref()),
            output::day(period.end_date.as_ref()),
            report.failure.clone(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", reports.len()));
    Ok(())
}
