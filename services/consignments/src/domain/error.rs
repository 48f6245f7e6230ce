//! What can go wrong in the domain: nothing besides what every service refuses.

pub use seamless_decision::{Refusal as DomainError, Violation};
