//! Who reads a feed.

use std::sync::Arc;

use seamless_identity::{ArrangementId, AuthorityId};

use crate::domain::source::Feed;

/// Who reads a feed.
#[derive(Clone, Debug)]
pub struct FeedReader {
    pub feed: Feed,
    /// The authorities whose own records it sees as they do: itself, and those that it is the contact point of.
    pub own: Arc<[AuthorityId]>,
}

impl FeedReader {
    /// The arrangement under which what `owners` have is shown; none where the reader sees it as they do.
    pub(super) fn shown_under<'o>(
        &self,
        mut owners: impl Iterator<Item = &'o AuthorityId>,
        arrangement: &str,
    ) -> Option<ArrangementId> {
        if owners.any(|owner| self.own.contains(owner)) {
            return None;
        }
        arrangement.parse().ok()
    }
}
