//! The status of what this service refuses besides what every service does: the one place.

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tonic::Code;

use crate::domain::DomainError;

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::Refused(refusal) => refusal.into(),
            DomainError::NotFollowed(authority) => {
                let authority = authority.to_string();
                let why = format!("no feed is followed here for {authority}");
                ApiError::reason(Code::FailedPrecondition, ErrorReason::FeedNotFollowed, why.clone())
                    .metadata("authority", &authority)
                    .precondition("FEED", &authority, why)
            }
        }
    }
}
