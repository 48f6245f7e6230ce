//! The stories, by what they are about.

pub mod inspections;
pub mod models;
pub mod screenings;
pub mod targeting;
