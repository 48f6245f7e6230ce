//! Goods to be screened as a request brings them, with what tells the same request from another.

use prost::Message;
use seamless_api::{Violations, request_id};
use seamless_proto::seamless::consignments::v1 as wire;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::goods_read::goods_read;
use crate::domain::{Caller, model::EventStatus, use_cases::Arriving};

/// Octets of a UUID of version 7 that say its time [RFC 9562, 5.7].
const MILLISECONDS: usize = 6;

/// Goods that a request brings, parsed.
#[derive(Clone, Debug)]
pub struct HandedIn {
    pub arriving: Arriving,
    pub fingerprint: i64,
    pub validate_only: bool,
}

/// Parses goods to be screened.
pub fn handed_in(
    found: &mut Violations,
    caller: &Caller,
    consignment: Option<wire::Consignment>,
    id: &str,
    validate_only: bool,
    status: i32,
) -> Option<HandedIn> {
    let key = match request_id(id) {
        Ok(key) => Some(key),
        Err(_) => {
            found.add("request_id", format!("wants a UUID chosen for this consignment; got {id:.60?}"));
            None
        }
    };
    let status = found.vocabulary("status", status).unwrap_or(EventStatus::Actual);
    let Some(mut consignment) = consignment else {
        found.add("consignment", "is required");
        return None;
    };
    let fingerprint = fingerprint_of(&mut consignment, status);
    let (consignment, unread) = goods_read(found, "", consignment)?;
    let arriving = Arriving { id: screening_id(caller, key?), consignment, unread, status };
    Some(HandedIn { arriving, fingerprint, validate_only })
}

/// The key of the screening that a request of a caller leads to. It begins as the request's does: where request ids are
/// in the order of time, as those of version 7, the keys of one batch stand together in the database's index.
fn screening_id(caller: &Caller, request_id: Uuid) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(caller.authority.as_str().as_bytes());
    hash.update([0]);
    hash.update(request_id.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let mut key = *request_id.as_bytes();
    let begin = MILLISECONDS..key.len();
    key[begin.clone()].copy_from_slice(&hash[begin]);
    Uuid::new_v8(key)
}

/// Takes the goods for writing, and leaves them as they were.
fn fingerprint_of(consignment: &mut wire::Consignment, status: EventStatus) -> i64 {
    // The entries of the map are digested apart, as they always were.
    let features = std::mem::take(&mut consignment.features);
    let encoded = consignment.encode_to_vec();
    consignment.features = features;
    let mut hash = Sha256::new();
    hash.update(encoded);
    for (name, value) in &consignment.features {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(value.as_bytes());
        hash.update([0]);
    }
    hash.update([status as u8]);
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().map_or(0, |octets| i64::from_be_bytes(*octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation. The same request must lead to the same screening, whichever version answers it again.
    #[test]
    fn the_keys_of_screenings_and_the_fingerprints_of_goods_never_change() {
        let caller = Caller { authority: "nl-customs".parse().unwrap(), principal: String::new() };
        let id = screening_id(&caller, Uuid::from_u128(0x0199_3f2e_0000_7000_8000_0000_0000_0001));
        assert_eq!(
            id.to_string(),
            "01993f2e-0000-8a16-a8a1-a0d412cb0f97",
            "computed by another implementation"
        );
        let mut goods = wire::Consignment {
            entry_point: "NLRTM".to_owned(),
            description: "a doll".to_owned(),
            gtins: vec!["06291041500213".to_owned()],
            features: [("colour", "red"), ("age", "3")]
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            ..wire::Consignment::default()
        };
        assert_eq!(fingerprint_of(&mut goods, EventStatus::Actual), 3_902_985_127_285_030_609);
        assert_eq!(goods.features.len(), 2, "the goods are as they were");
    }
}
