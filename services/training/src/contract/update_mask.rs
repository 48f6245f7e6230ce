//! Update masks [AIP-134]: which fields of a request are taken over into the present activity. Paths name whole fields: what
//! lies within one is given with all of it.

use seamless_api::{Violations, violations::excerpt};
use seamless_proto::seamless::training::v1 as wire;

/// Takes over a field by its name; false where the organiser does not write such a field.
macro_rules! taken {
    ($path:expr, $merged:ident, $change:ident: $($field:ident)+) => {
        match $path {
            $(stringify!($field) => $merged.$field.clone_from(&$change.$field),)+
            _ => return false,
        }
    };
}

/// The present activity with the fields of `change` that the mask names.
pub fn apply(
    found: &mut Violations,
    mut merged: wire::Activity,
    change: &wire::Activity,
    mask: Option<&prost_types::FieldMask>,
) -> wire::Activity {
    let paths = mask.map(|mask| mask.paths.as_slice()).unwrap_or_default();
    if paths.is_empty() {
        found.add("update_mask", "is required: the fields to change");
    }
    for path in found.bounded("update_mask", paths.to_vec(), 50) {
        if !take(&mut merged, change, &path) {
            let why = match seamless_proto::audience_of("seamless.training.v1.Activity", &path) {
                Some(_) if path.contains('.') => "is within a field: name the whole field",
                Some(_) => "is output only",
                None => "is no field of an activity",
            };
            found.add("update_mask", format!("{} {why}", excerpt(&path)));
        }
    }
    merged
}

fn take(merged: &mut wire::Activity, change: &wire::Activity, path: &str) -> bool {
    taken!(path, merged, change:
        co_organisers kind arrangement programme visibility title description topics product_areas audiences languages
        format venue join_link web_page sessions registration delegations campaign is_review status internal_note disclosures
        hazards);
    true
}
