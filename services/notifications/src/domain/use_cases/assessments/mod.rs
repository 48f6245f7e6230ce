//! Use cases of risk assessments beside the originator's.

mod add_assessment;

pub use add_assessment::AddAssessment;
