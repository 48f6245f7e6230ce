//! The audiences that the contract declares, as the domain asks for them.

use seamless_disclosure::Audience;

use crate::domain::rules::FieldAudiences;

/// The declarations of `seamless.notifications.v1.Notification`.
pub struct ContractAudiences;

impl FieldAudiences for ContractAudiences {
    fn audience(&self, path: &str) -> Option<Audience> {
        seamless_proto::audience_of("seamless.notifications.v1.Notification", path)
    }
}
