//! The stories, by what they are about.

pub mod inspections;
pub mod screenings;
