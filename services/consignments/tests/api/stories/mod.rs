//! The stories, by what they are about.

pub mod alerts;
pub mod approvals;
pub mod attempts;
pub mod bad_items;
pub mod certificates;
pub mod controls;
pub mod criteria;
pub mod days_of_papers;
pub mod declarations;
pub mod demands;
pub mod failures;
pub mod in_memory;
pub mod inspections;
pub mod knowledge;
pub mod models;
pub mod numbers;
pub mod papers_in_the_box;
pub mod places;
pub mod ports;
pub mod sandbox;
pub mod screenings;
pub mod suspensions;
pub mod targeting;
pub mod told_together;
pub mod trust;
pub mod words_of_officers;
