//! What is said of a schedule, parsed; and which of it an update changes [AIP-134].

use seamless_api::{Violations, violations::excerpt};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::reporting::v1 as wire;

use super::report_in::{MOST_READERS, authority_in};
use crate::domain::{
    figures::has_partner,
    model::{EventStatus, ReportTemplate, SchedulePeriod, ScheduleTerms},
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;
/// The most paths of a mask.
const MOST_PATHS: usize = 20;

/// What is said of a schedule; what is wrong is added.
pub fn schedule_in(found: &mut Violations, schedule: wire::ReportSchedule) -> ScheduleTerms {
    let template = found.required_vocabulary::<ReportTemplate>("schedule.template", schedule.template);
    let status = match schedule.status {
        0 => EventStatus::Actual,
        number => found.required_vocabulary("schedule.status", number),
    };
    if schedule.partner.is_empty() && has_partner(template) {
        found.add("schedule.partner", "is required");
    }
    for (field, text) in
        [("schedule.cron_expression", &schedule.cron_expression), ("schedule.time_zone", &schedule.time_zone)]
    {
        if text.is_empty() {
            found.add(field, "is required");
        }
    }
    found.count("schedule.readers", schedule.readers.len(), MOST_READERS);
    let readers = schedule.readers.iter().take(MOST_READERS).enumerate();
    let readers = readers
        .filter_map(|(index, reader)| authority_in(found, &format!("schedule.readers[{index}]"), reader));
    let mut readers: Vec<AuthorityId> = readers.collect();
    readers.sort();
    readers.dedup();
    let is_of_bulletins = template == ReportTemplate::HazardBulletin;
    let country = &schedule.country_of_origin;
    if is_of_bulletins && country.is_empty() {
        found.add("schedule.country_of_origin", "is required of bulletins");
    } else if !is_of_bulletins && !country.is_empty() {
        found.add("schedule.country_of_origin", "wants none: it is of bulletins alone");
    }
    if is_of_bulletins && schedule.approve_automatically {
        let wanted = "wants false: a person looks at the texts of a bulletin before others have it";
        found.add("schedule.approve_automatically", wanted);
    }
    let period = found.required_vocabulary::<SchedulePeriod>("schedule.period", schedule.period);
    if is_of_bulletins && schedule.period != 0 && period != SchedulePeriod::PreviousMonth {
        let period: &str = period.into();
        found.add("schedule.period", format!("wants PREVIOUS_MONTH, as bulletins are monthly; got {period}"));
    }
    let origin = found.country("schedule.country_of_origin", country);
    ScheduleTerms {
        display_name: found.text("schedule.display_name", schedule.display_name, LONGEST_NAME),
        template,
        partner: found.parsed("schedule.partner", &schedule.partner, str::parse::<AuthorityId>),
        status,
        cron_expression: schedule.cron_expression,
        time_zone: schedule.time_zone,
        period,
        origin,
        approve_automatically: schedule.approve_automatically,
        readers,
    }
}

/// Takes over a field by its name; false where the owner does not write such a field.
macro_rules! taken {
    ($path:expr, $merged:ident, $change:ident: $($field:ident)+) => {
        match $path {
            $(stringify!($field) => $merged.$field.clone_from(&$change.$field),)+
            _ => return false,
        }
    };
}

/// The present schedule with the fields of `change` that the mask names; what is wrong with the mask is added.
pub fn merged(
    found: &mut Violations,
    mut present: wire::ReportSchedule,
    change: &wire::ReportSchedule,
    mask: Option<&prost_types::FieldMask>,
) -> wire::ReportSchedule {
    let paths = mask.map(|mask| mask.paths.as_slice()).unwrap_or_default();
    if paths.is_empty() {
        found.add("update_mask", "is required: the fields to change");
    }
    for path in found.bounded("update_mask", paths.to_vec(), MOST_PATHS) {
        if !take(&mut present, change, &path) {
            let why = match seamless_proto::audience_of("seamless.reporting.v1.ReportSchedule", &path) {
                Some(_) => "is output only",
                None => "is no field of a schedule",
            };
            found.add("update_mask", format!("{} {why}", excerpt(&path)));
        }
    }
    present
}

fn take(merged: &mut wire::ReportSchedule, change: &wire::ReportSchedule, path: &str) -> bool {
    taken!(path, merged, change:
        display_name template partner country_of_origin status cron_expression time_zone period approve_automatically
        readers);
    true
}
