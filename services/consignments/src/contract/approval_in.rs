//! An approval from the wire into the domain.

use std::collections::BTreeSet;

use seamless_api::{Violations, violations::excerpt};
use seamless_proto::seamless::consignments::v1 as wire;

use super::inspection_in::day_in;
use crate::domain::model::ApprovalContent;

/// Parses what is to be approved, at `approval` in the request; output-only fields are ignored.
pub fn approval_in(found: &mut Violations, approval: wire::Approval) -> Option<ApprovalContent> {
    let path = |name: &str| format!("approval.{name}");
    for (name, is_missing) in [
        ("inspection_body", approval.inspection_body.is_empty()),
        ("product_area", approval.product_area.is_empty()),
        ("valid_from", approval.valid_from.is_none()),
        ("valid_until", approval.valid_until.is_none()),
    ] {
        if is_missing {
            found.add(path(name), "is required");
        }
    }
    let body = found.parsed(path("inspection_body"), &approval.inspection_body, str::parse);
    let area = found.parsed(path("product_area"), &approval.product_area, str::parse);
    let places = found.bounded(path("entry_points"), approval.entry_points, 50);
    let mut named = BTreeSet::new();
    let mut entry_points = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let field = format!("{}[{index}]", path("entry_points"));
        if place.is_empty() {
            found.add(&field, "is required");
        }
        let Some(place) = found.unlocode(&field, place) else { continue };
        if named.insert(place.clone()) {
            entry_points.push(place);
        } else {
            found.add(&field, format!("is named twice: {}", excerpt(place.as_str())));
        }
    }
    let share = approval.check_frequency;
    if !(share > 0.0 && share <= 1.0) {
        found.add(path("check_frequency"), format!("wants a share above 0, up to 1; got {share}"));
    }
    let evidence = found.required_text(path("evidence"), approval.evidence, 5_000);
    let valid_from = day_in(found, &path("valid_from"), approval.valid_from);
    let valid_until = day_in(found, &path("valid_until"), approval.valid_until);
    Some(ApprovalContent {
        body: body?,
        area: area?,
        entry_points,
        evidence,
        check_frequency: share,
        valid_from: valid_from?,
        valid_until: valid_until?,
    })
}
