//! What was printed of a feed, as far as it takes to go on from it, even where the service is restored.

use std::collections::VecDeque;

use seamless_feed::RangeDigest;
use seamless_proto::seamless::feed::v1 as wire;
use seamless_service::error::metadata_of;
use tonic::Status;

use crate::{connection::Connection, error::Failure};

/// The events whose ids are kept, the latest: about 10 MB. What is older agrees as far as the service is sure of it.
const KEPT: usize = 100_000;

/// What was printed.
pub struct Copy {
    /// The position of the last event.
    pub after: i64,
    /// The epoch that it is of; empty until the service says it.
    pub epoch: String,
    /// Positions and ids, ascending.
    events: VecDeque<(i64, String)>,
}

/// What a service says of itself that was restored.
pub struct Restored {
    /// The epoch of now.
    pub epoch: String,
    /// The last position up to which it surely agrees with what it served before.
    last_common: i64,
    /// The last position that it has.
    head: i64,
}

impl Restored {
    /// What a refusal says of it; none for one of another kind.
    pub fn told_by(refusal: &Status) -> Option<Self> {
        let number = |key| metadata_of(refusal, key)?.parse().ok();
        Some(Self {
            epoch: metadata_of(refusal, "present_epoch")?,
            last_common: number("last_common_position")?,
            head: number("head_position")?,
        })
    }
}

impl Copy {
    /// A copy that begins behind a position, of an epoch if one is known.
    pub fn beginning(after: i64, epoch: Option<String>) -> Self {
        Self { after, epoch: epoch.unwrap_or_default(), events: VecDeque::new() }
    }

    /// Whether it is known of which epoch it is.
    pub fn has_epoch(&self) -> bool {
        !self.epoch.is_empty()
    }

    /// Adds the next event.
    pub fn add(&mut self, event: &wire::Event) {
        self.after = event.position;
        if !event.epoch.is_empty() {
            self.epoch.clone_from(&event.epoch);
        }
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back((event.position, event.event_id.clone()));
    }

    /// Goes back to the last position up to which the copy agrees with a restored service, and gives it: by halves, since
    /// events that differ once differ ever after.
    pub async fn go_back(&mut self, connection: &Connection, restored: &Restored) -> Result<i64, Failure> {
        let mut agreeing = 0;
        let mut end = self.events.partition_point(|(position, _)| *position <= restored.head);
        while agreeing < end {
            let middle = agreeing + (end - agreeing) / 2;
            let Some((position, id)) = self.events.get(middle) else { break };
            match has(connection, &restored.epoch, *position, id).await? {
                true => agreeing = middle + 1,
                false => end = middle,
            }
        }
        let sure = restored.last_common.min(self.after);
        self.events.truncate(agreeing);
        self.after = self.events.back().map_or(sure, |(position, _)| sure.max(*position));
        self.epoch.clone_from(&restored.epoch);
        Ok(self.after)
    }
}

/// Whether the service has this event at this position.
async fn has(connection: &Connection, epoch: &str, position: i64, id: &str) -> Result<bool, Failure> {
    let request = wire::GetDigestRequest {
        from_position: position,
        to_position: position,
        epoch: epoch.to_owned(),
        ..wire::GetDigestRequest::default()
    };
    let answer = connection.feed().get_digest(request).await?.into_inner();
    let mut own = RangeDigest::new();
    own.add(position, id);
    Ok(answer.count == 1 && answer.digest == own.finish())
}
