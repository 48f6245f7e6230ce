//! What a notification lacks.

use seamless_vocabulary::notifications::FindingSeverity;
use serde::{Deserialize, Serialize};

/// A shortcoming of a notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Path of the field.
    pub field: String,
    pub severity: FindingSeverity,
    pub description: String,
}
