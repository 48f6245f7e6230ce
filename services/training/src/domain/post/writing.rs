//! What is written of, and to whom.

use super::Post;
use crate::domain::{
    Rules,
    model::{Activity, Person, Registration, Said, Session},
};

/// What is written of, and to whom.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    pub rules: &'a Rules,
    pub post: &'a Post,
    pub activity: &'a Activity,
    pub registration: &'a Registration,
    pub person: &'a Person,
}

/// What the reader's calendar is asked.
#[derive(Clone, Copy, Default)]
pub struct Asked<'a> {
    pub sessions: &'a [Session],
    pub taken_out: &'a [Session],
    pub sequence: u32,
    /// What the calendar said of meetings that stay as they were.
    pub answers: &'a [Said],
}
