//! Which versions of a notification an authority was given, and until when: what remains known after the authority was
//! taken off the recipients. Only the originator's side sees it.

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::{HolderState, NotificationId, Removal, RemovalState, Transmission, TransmissionState};
use crate::domain::records::{Place, Record};

/// What one authority was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    pub notification: NotificationId,
    pub authority: AuthorityId,
    pub originator: AuthorityId,
    /// Oldest first; never empty.
    pub spans: Vec<Span>,
    /// Counts every change.
    pub revision: i64,
}

/// Versions that were given one after the other: every change after the first reaches the recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    pub first_version: u32,
    pub arrangement: ArrangementId,
    pub start: Timestamp,
    /// The last version and when the authority was taken off; none while it is a recipient.
    pub end: Option<(u32, Timestamp)>,
}

impl Holding {
    /// What begins with a transmission.
    #[must_use]
    pub fn begin(transmission: &Transmission) -> Self {
        Self {
            notification: transmission.notification,
            authority: transmission.recipient.clone(),
            originator: transmission.originator.clone(),
            spans: vec![Span {
                first_version: transmission.version,
                arrangement: transmission.arrangement.clone(),
                start: transmission.send_time,
                end: None,
            }],
            revision: 1,
        }
    }

    /// What is known of a transmission of which no holding was taken down: that it may have got every version.
    #[must_use]
    pub fn before_records(transmission: &Transmission) -> Self {
        let mut holding = Self::begin(transmission);
        holding.spans.iter_mut().for_each(|span| span.first_version = 1);
        holding.revision = 0;
        holding
    }

    /// The transmission was sent again.
    pub fn begin_again(&mut self, transmission: &Transmission) {
        self.spans.append(&mut Self::begin(transmission).spans);
        self.revision += 1;
    }

    /// The authority was taken off.
    pub fn end(&mut self, version: u32, now: Timestamp) {
        if let Some(span) = self.spans.last_mut() {
            span.end.get_or_insert((version, now));
        }
        self.revision += 1;
    }
}

impl Record for Holding {
    const KIND: &'static str = "holding";
    type Place = Place;

    /// `notifications/{id}/holders/{authority}`.
    fn name(&self) -> String {
        holding_name(self.notification, &self.authority)
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: None,
            state: 0,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// `notifications/{id}/holders/{authority}`.
#[must_use]
pub fn holding_name(notification: NotificationId, authority: &AuthorityId) -> String {
    format!("notifications/{notification}/holders/{authority}")
}

/// What a holder has, from its transmission and the removals ordered of it, oldest first; and which fields are concerned.
#[must_use]
pub fn holder_state(transmission: &Transmission, removals: &[Removal]) -> (HolderState, Vec<String>) {
    let fields_of = |removals: &[&Removal]| {
        if removals.iter().any(|removal| removal.is_whole()) {
            return Vec::new();
        }
        let mut fields: Vec<String> =
            removals.iter().flat_map(|removal| removal.fields.iter().cloned()).collect();
        fields.sort();
        fields.dedup();
        fields
    };
    let ordered: Vec<&Removal> =
        removals.iter().filter(|removal| removal.state() == RemovalState::Ordered).collect();
    if !ordered.is_empty() {
        return (HolderState::RemovalOrdered, fields_of(&ordered));
    }
    let has_lost_all =
        matches!(transmission.state, TransmissionState::Withdrawn | TransmissionState::Revoked);
    match has_lost_all && removals.iter().any(Removal::is_whole) {
        true => (HolderState::RemovalConfirmed, Vec::new()),
        false => {
            let removed: Vec<&Removal> = removals.iter().filter(|removal| !removal.is_whole()).collect();
            (HolderState::Holds, fields_of(&removed))
        }
    }
}
