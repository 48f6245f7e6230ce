//! Erasures for the wire.

use seamless_api::{etag_out, violations::timestamp_out};
use seamless_proto::seamless::training::v1 as wire;

use super::session_out::count_out;
use crate::domain::{
    model::{Erased, Erasure, activity_name},
    records::Record,
};

/// The erasure; it names nobody.
#[must_use]
pub fn erasure_out(erasure: &Erasure) -> wire::Erasure {
    wire::Erasure {
        name: erasure.name(),
        state: erasure.state as i32,
        authority: erasure.authority.to_string(),
        erase_time: Some(timestamp_out(erasure.erase_time)),
        end_time: erasure.end_time.map(timestamp_out),
        registrations: count_out(erasure.registrations),
        create_time: Some(timestamp_out(erasure.create_time)),
        etag: etag_out(erasure.revision),
    }
}

/// What an event tells of it.
#[must_use]
pub fn erased_out(erased: &Erased) -> wire::PersonErased {
    wire::PersonErased {
        erasure: erased.erasure.as_ref().map(erasure_out),
        activity: erased.activity.map(activity_name).unwrap_or_default(),
        registrations: count_out(erased.registrations),
    }
}
