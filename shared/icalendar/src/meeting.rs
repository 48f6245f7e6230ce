//! A meeting, as its calendar objects tell of it.

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, civil::DateTime};
use seamless_calendar::{Series, WallTime};
use seamless_identifiers::LanguageTag;
use serde::{Deserialize, Serialize};

use crate::{Attendee, InvalidObject, Organizer};

/// The longest UID that is written (RFC 7986, 5.3 wants at most 255 octets).
const LONGEST_UID: usize = 255;
/// SEQUENCE is an integer of RFC 5545: 32 bits with a sign.
const LAST_SEQUENCE: u32 = i32::MAX.unsigned_abs();

/// Which meeting it is [UID], and how often it was changed [SEQUENCE]. The UID stays and the number only rises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    uid: String,
    sequence: u32,
}

impl Revision {
    /// A meeting that nobody was told of yet. The UID is to be unique in the world, such as `<uuid>@training.example`.
    ///
    /// # Errors
    ///
    /// [`InvalidObject::Uid`].
    pub fn first(uid: &str) -> Result<Self, InvalidObject> {
        let good = (1..=LONGEST_UID).contains(&uid.len())
            && uid.chars().all(|letter| letter.is_ascii_graphic() && !r"\;,".contains(letter));
        match good {
            true => Ok(Self { uid: uid.to_owned(), sequence: 0 }),
            false => Err(InvalidObject::Uid { most: LONGEST_UID }),
        }
    }

    /// A meeting of which people were told before, or that was changed before they were.
    ///
    /// # Errors
    ///
    /// [`InvalidObject::Uid`]; [`InvalidObject::SequenceExhausted`].
    pub fn of(uid: &str, sequence: u32) -> Result<Self, InvalidObject> {
        let first = Self::first(uid)?;
        match sequence <= LAST_SEQUENCE {
            true => Ok(Self { sequence, ..first }),
            false => Err(InvalidObject::SequenceExhausted),
        }
    }

    /// The same meeting, changed or cancelled.
    ///
    /// # Errors
    ///
    /// [`InvalidObject::SequenceExhausted`].
    pub fn next(&self) -> Result<Self, InvalidObject> {
        match self.sequence < LAST_SEQUENCE {
            true => Ok(Self { uid: self.uid.clone(), sequence: self.sequence + 1 }),
            false => Err(InvalidObject::SequenceExhausted),
        }
    }

    /// The UID.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// The SEQUENCE, from 0.
    pub fn sequence(&self) -> u32 {
        self.sequence
    }
}

/// When people meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Times {
    /// Once.
    Once(WallTime),
    /// Again and again.
    Series {
        /// The rule and its exceptions.
        series: Box<Series>,
        /// The most meetings that it may have; the service says it.
        most: usize,
        /// What is otherwise of single meetings, by the local time that the rule gives.
        otherwise: BTreeMap<DateTime, Otherwise>,
    },
}

/// What of one meeting of a series is otherwise than of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Otherwise {
    /// How long it is, in whole seconds.
    pub duration: Option<Duration>,
    /// Where.
    pub location: Option<String>,
}

/// A meeting. Texts may hold anything; control characters other than the ends of lines become blanks.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Which, and how often it was changed.
    pub revision: Revision,
    /// When this was written [DTSTAMP].
    pub stamped: Timestamp,
    /// When people meet.
    pub times: Times,
    /// How long each time, in whole seconds.
    pub duration: Duration,
    /// The title.
    pub summary: String,
    /// More about it.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// A link to it, such as that of the conference; ASCII without blanks.
    pub url: Option<String>,
    /// The language of the texts.
    pub language: Option<LanguageTag>,
    /// Who invites; not told in feeds.
    pub organizer: Option<Organizer>,
    /// Who is invited; not told in feeds.
    pub attendees: Vec<Attendee>,
    /// How long before each time the reader's calendar reminds; not told in feeds.
    pub alarm: Option<Duration>,
}
