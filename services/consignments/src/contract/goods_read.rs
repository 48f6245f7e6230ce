//! Arriving and examined goods as far as they can be read: goods at the border get a decision, and what was found of them is kept,
//! whatever else is wrong with their declaration.

use seamless_api::Violations;
use seamless_identifiers::Violation;
use seamless_proto::seamless::consignments::v1 as wire;

use super::consignment_in;
use crate::domain::model::{Consignment, Unread};

/// What neither a decision nor a control can be without: where the goods arrive, and when.
const NEEDED: [&str; 2] = ["consignment.entry_point", "consignment.arrival_time"];

/// Codes of the EU's geonomenclature [Implementing Regulation (EU) 2020/1470, Annex I] beside those of ISO 3166-1, with what the standard
/// says in their place. The others (`XK`, `EU`, `QQ`, `ZZ` and such) stand for no country of the standard.
const GEONOMENCLATURE: [(&str, &str); 2] = [("XI", "GB"), ("XS", "RS")];

/// Reads the goods that stand behind `before` in a request. What cannot be missing is a violation; whatever else is wrong is given back,
/// with its path from `consignment` on, and is as if it had been left out.
pub fn goods_read(
    found: &mut Violations,
    before: &str,
    mut goods: wire::Consignment,
) -> Option<(Consignment, Vec<Unread>)> {
    let mut read = Violations::mending();
    countries(&mut read, &mut goods);
    let parsed = consignment_in(&mut read, "consignment", goods);
    let is_needed = |violation: &Violation| NEEDED.contains(&violation.field.as_str());
    let (needed, unread): (Vec<_>, Vec<_>) = read.into_inner().into_iter().partition(is_needed);
    found.add_all(
        needed.into_iter().map(|wrong| Violation { field: format!("{before}{}", wrong.field), ..wrong }),
    );
    let mut parsed = parsed?;
    // What names no certificate invokes none.
    parsed.certificates.retain(|invoked| !invoked.certificate.is_empty());
    parsed.previous_document = parsed.previous_document.filter(|previous| !previous.reference.is_empty());
    let unread = unread.into_iter().map(|Violation { field, description }| Unread { field, description });
    Some((parsed, unread.collect()))
}

/// Puts the standard's code in the place of each that the EU's geonomenclature has for a country of it, and tells so.
fn countries(read: &mut Violations, goods: &mut wire::Consignment) {
    let parties = [
        ("exporter", &mut goods.exporter),
        ("manufacturer", &mut goods.manufacturer),
        ("importer", &mut goods.importer),
        ("seller", &mut goods.seller),
    ];
    let of_parties = parties
        .into_iter()
        .filter_map(|(name, party)| Some((name, ".country_code", &mut party.as_mut()?.country_code)));
    let of_goods = [
        ("country_of_origin", "", &mut goods.country_of_origin),
        ("country_of_dispatch", "", &mut goods.country_of_dispatch),
    ];
    for (name, part, code) in of_goods.into_iter().chain(of_parties) {
        if let Some((given, standard)) = GEONOMENCLATURE.iter().find(|(given, _)| given == code) {
            let field = format!("consignment.{name}{part}");
            read.add(field, format!("wants a code of ISO 3166-1; {given} is read as {standard}"));
            code.replace_range(.., standard);
        }
    }
}
