//! The status of what this service refuses besides what every service does: the one place.

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tonic::Code;

use crate::domain::{DomainError, model::Seats};

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::Refused(refusal) => refusal.into(),
            DomainError::NotFollowed(authority) => {
                let authority = authority.to_string();
                let why = format!("no feed of alerts is followed here for {authority}");
                ApiError::reason(Code::FailedPrecondition, ErrorReason::FeedNotFollowed, why.clone())
                    .metadata("authority", &authority)
                    .precondition("FEED", &authority, why)
            }
            DomainError::Incomplete { resource, missing } => {
                let fields: Vec<&str> = missing.iter().map(|one| one.field.as_str()).collect();
                let why = format!("{resource} does not say enough: {}", fields.join(", "));
                let refusal = ApiError::reason(Code::FailedPrecondition, ErrorReason::IncompleteRecord, why)
                    .metadata("resource", &resource);
                missing.into_iter().fold(refusal, |refusal, one| {
                    refusal.precondition("INCOMPLETE", &one.field, one.description)
                })
            }
            DomainError::Full { resource, wanted, seats } => {
                let Seats { capacity, confirmed, offered, .. } = seats;
                let how = format!(
                    "of {capacity} seats {confirmed} are taken by people and {offered} held by offers: {} are left, \
                     {wanted} wanted",
                    seats.free()
                );
                ApiError::reason(Code::FailedPrecondition, ErrorReason::SeatsTaken, how.clone())
                    .metadata("resource", &resource)
                    .metadata("capacity", capacity.to_string())
                    .metadata("confirmed", confirmed.to_string())
                    .metadata("offered", offered.to_string())
                    .precondition("SEATS", &resource, how)
            }
        }
    }
}
