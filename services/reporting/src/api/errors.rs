//! The status of what this service refuses besides what every service does: the one place.

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tonic::Code;

use crate::domain::{DomainError, source::Feed};

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::Refused(refusal) => refusal.into(),
            DomainError::NotFollowed(Feed { source, reader }) => {
                let authority = reader.to_string();
                let why = format!("the feed of {} is not followed here for {authority}", source.name());
                ApiError::reason(Code::FailedPrecondition, ErrorReason::FeedNotFollowed, why.clone())
                    .metadata("authority", &authority)
                    .precondition("FEED", &authority, why)
            }
        }
    }
}
