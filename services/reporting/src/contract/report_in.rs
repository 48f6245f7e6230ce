//! What is asked for, parsed.

use jiff::civil::Date;
use seamless_api::Violations;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::CivilDate};

use crate::domain::{
    figures::has_partner,
    model::{EventStatus, Period, ReportTemplate},
    use_cases::ReportRequest,
};

/// The most readers of a report.
pub(super) const MOST_READERS: usize = 100;

/// A report that is asked for; what is wrong is added.
pub fn report_in(found: &mut Violations, report: wire::Report) -> Option<ReportRequest> {
    let template = found.required_vocabulary::<ReportTemplate>("report.template", report.template);
    let status = match report.status {
        0 => EventStatus::Actual,
        number => found.required_vocabulary("report.status", number),
    };
    if template == ReportTemplate::HazardBulletin {
        found.add("report.template", "wants that of a report; a bulletin is asked for of BulletinService");
    }
    if report.partner.is_empty() && has_partner(template) {
        found.add("report.partner", "is required");
    }
    let partner = found.parsed("report.partner", &report.partner, str::parse::<AuthorityId>);
    let period = match report.period {
        Some(period) => period_in(found, "report.period", period),
        None => {
            found.add("report.period", "is required");
            None
        }
    };
    Some(ReportRequest { template, partner, period: period?, status, for_others: report.for_others })
}

/// A period that stands in the field at `parent`; what is wrong is added.
pub(super) fn period_in(found: &mut Violations, parent: &str, period: wire::ReportPeriod) -> Option<Period> {
    let first = day_in(found, &format!("{parent}.start_date"), period.start_date);
    let last = day_in(found, &format!("{parent}.end_date"), period.end_date);
    if period.time_zone.is_empty() {
        found.add(format!("{parent}.time_zone"), "is required");
    }
    let (first, last) = first.zip(last)?;
    Some(Period { first, last, zone: period.time_zone })
}

fn day_in(found: &mut Violations, field: &str, day: Option<CivilDate>) -> Option<Date> {
    let Some(CivilDate { year, month, day }) = day else {
        found.add(field, "is required");
        return None;
    };
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    let date = date.filter(|date| (1970..=9_000).contains(&date.year()));
    if date.is_none() {
        found.add(field, format!("wants a whole day of 1970 or later; got {year}-{month}-{day}"));
    }
    date
}

/// The readers of a report; what is wrong is added.
pub fn readers_in(found: &mut Violations, readers: &[String]) -> Vec<AuthorityId> {
    if readers.is_empty() {
        found.add("readers", "wants at least one authority");
    }
    found.count("readers", readers.len(), MOST_READERS);
    let readers = readers.iter().take(MOST_READERS).enumerate();
    readers.filter_map(|(index, reader)| authority_in(found, &format!("readers[{index}]"), reader)).collect()
}

/// An authority; what is wrong is added.
pub(super) fn authority_in(found: &mut Violations, field: &str, text: &str) -> Option<AuthorityId> {
    if text.is_empty() {
        found.add(field, "is required");
        return None;
    }
    found.parsed(field, text, str::parse::<AuthorityId>)
}
