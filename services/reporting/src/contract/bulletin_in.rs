//! What is asked of bulletins, parsed.

use seamless_api::Violations;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::CivilDate};

use crate::domain::{
    model::{EventStatus, Month},
    use_cases::BulletinRequest,
};

/// The longest reason for which findings may stand, in characters.
const LONGEST_REASON: usize = 1_000;
/// The most findings that are named at once.
const MOST_NUMBERS: usize = 1_000;

/// A bulletin that is asked for; what is wrong is added.
pub fn bulletin_in(found: &mut Violations, bulletin: wire::Bulletin) -> Option<BulletinRequest> {
    let status = match bulletin.status {
        0 => EventStatus::Actual,
        number => found.required_vocabulary("bulletin.status", number),
    };
    let authority = &bulletin.recalling_authority;
    if authority.is_empty() {
        found.add("bulletin.recalling_authority", "is required");
    }
    let recalling = found.parsed("bulletin.recalling_authority", authority, str::parse::<AuthorityId>);
    let country = &bulletin.country_of_origin;
    if country.is_empty() {
        found.add("bulletin.country_of_origin", "is required");
    }
    let origin = found.country("bulletin.country_of_origin", country);
    let month = month_in(found, bulletin.month);
    Some(BulletinRequest { recalling: recalling?, origin: origin?, month: month?, status })
}

fn month_in(found: &mut Violations, month: Option<CivilDate>) -> Option<Month> {
    let Some(CivilDate { year, month, day }) = month else {
        found.add("bulletin.month", "is required");
        return None;
    };
    let parsed = i16::try_from(year).ok().zip(i8::try_from(month).ok());
    let parsed = parsed.map(|(year, month)| Month { year, month });
    let is_one =
        |one: &Month| (1970..=9_000).contains(&one.year) && (1..=12).contains(&one.month) && day == 0;
    let parsed = parsed.filter(is_one);
    if parsed.is_none() {
        let wanted = "wants a year from 1970 on, a month of 1 to 12, and 0 as day";
        found.add("bulletin.month", format!("{wanted}; got {year}-{month}-{day}"));
    }
    parsed
}

/// Which findings may stand, and why; what is wrong is added.
pub fn accepted_in(found: &mut Violations, numbers: &[i32], reason: String) -> (Vec<u32>, String) {
    found.count("numbers", numbers.len(), MOST_NUMBERS);
    let mut known = Vec::new();
    for (index, number) in numbers.iter().take(MOST_NUMBERS).enumerate() {
        match u32::try_from(*number) {
            Ok(number) if number > 0 => known.push(number),
            _ => found.add(format!("numbers[{index}]"), format!("wants 1 or more; got {number}")),
        }
    }
    (known, found.required_text("reason", reason, LONGEST_REASON))
}
