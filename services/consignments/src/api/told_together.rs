//! What is wrong with a request is told in one refusal, also where parts of it are read in different places.

use seamless_api::Violations;
use seamless_identifiers::Unlocode;
use seamless_proto::seamless::consignments::v1 as wire;

use super::context::Api;
use crate::{
    contract::{HandedIn, handed_in},
    domain::{Caller, DomainError, Violation},
};

/// What was parsed apart; or none, and what is wrong with it is told with the rest.
///
/// # Errors
/// Those that are no word on a field.
pub(super) fn parsed_apart<T>(
    found: &mut Violations,
    parsed: Result<T, DomainError>,
) -> Result<Option<T>, DomainError> {
    match parsed {
        Ok(value) => Ok(Some(value)),
        Err(DomainError::Invalid(violations)) => {
            found.add_all(violations);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The goods of a request to screen them.
///
/// # Errors
/// All that is wrong. That the entry point is none of the caller's, or the time of arrival out of bounds, is found when facts
/// are gathered; where the request is refused before, it is told here.
pub(super) fn goods_in(
    api: &Api,
    caller: &Caller,
    request: wire::ScreenConsignmentsRequest,
) -> Result<HandedIn, Vec<Violation>> {
    let wire::ScreenConsignmentsRequest { consignment, request_id, validate_only, status } = request;
    let declared = consignment.as_ref().map(|goods| (goods.entry_point.clone(), goods.arrival_time));
    let mut found = Violations::new();
    let goods = handed_in(&mut found, caller, consignment, &request_id, validate_only, status);
    found.finish_some(goods).map_err(|mut wrong| {
        if let Some((entry_point, arrival)) = declared {
            wrong.extend(where_and_when(api, caller, &entry_point, arrival));
        }
        wrong
    })
}

/// What is wrong with an entry point and a time of arrival that can be read.
fn where_and_when(
    api: &Api,
    caller: &Caller,
    entry_point: &str,
    arrival: Option<prost_types::Timestamp>,
) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if let Ok(place) = Unlocode::parse(entry_point) {
        wrong.extend(api.rules.wrong_entry_point("consignment.entry_point", caller, &place));
    }
    let field = "consignment.arrival_time";
    if let Some(arrival) = Violations::new().timestamp(field, arrival) {
        wrong.extend(api.rules.arrivals.wrong(field, arrival, api.clock.now()));
    }
    wrong
}
