//! What may be read as of now, by the arrangements and the contact points that are configured: the one place of the store
//! that asks it. A recipient's entry in its lists (`sight`) goes when it is taken off; an arrangement ends by the clock,
//! and an authority gets another contact point, without anybody's writing.

use std::sync::Arc;

use sea_orm::{
    Condition, ExprTrait,
    sea_query::{Expr, Query, SelectStatement},
};
use seamless_calendar::Clock;
use seamless_identity::{ArrangementId, AuthorityId};

use super::entities::{sight, transmission};
use crate::domain::{
    Rules,
    model::{EventStatus, Transmission},
};

/// The arrangements, and the time by which they are in force. Without them nothing reaches a recipient.
#[derive(Clone, Default)]
pub(super) struct Reach {
    by: Option<(Rules, Arc<dyn Clock>)>,
}

impl Reach {
    pub fn new(rules: Rules, clock: Arc<dyn Clock>) -> Self {
        Self { by: Some((rules, clock)) }
    }

    /// True while the recipient may read what it got.
    pub fn may_read(&self, transmission: &Transmission) -> bool {
        transmission.is_granted() && self.is_open(&transmission.arrangement, &transmission.recipient)
    }

    /// True while what went to the recipient under the arrangement may be read.
    pub fn is_open(&self, arrangement: &ArrangementId, recipient: &AuthorityId) -> bool {
        self.by
            .as_ref()
            .is_some_and(|(rules, clock)| rules.is_open_to_party(arrangement, recipient, clock.now()))
    }

    /// The arrangements under which the recipient may read what it got.
    pub fn open_arrangements(&self, recipient: &AuthorityId) -> Vec<String> {
        let open = self.by.as_ref().map(|(rules, clock)| rules.open_arrangements(recipient, clock.now()));
        open.unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    /// The authorities on whose side the viewer is: itself, and those that stand behind it.
    fn represented(&self, viewer: &AuthorityId) -> Vec<String> {
        let mut represented = vec![viewer.to_string()];
        if let Some((rules, _)) = &self.by {
            let behind = rules.cooperation.authorities().map(|authority| &authority.id);
            let behind = behind.filter(|authority| rules.cooperation.stands_behind(authority, viewer));
            represented.extend(behind.map(ToString::to_string));
        }
        represented
    }

    /// The viewer's entries that it may see: on its own side, or under an arrangement that is open to it.
    pub fn open_entries(&self, viewer: &AuthorityId) -> Condition {
        let arrangement = || Expr::col((sight::Entity, sight::Column::Arrangement));
        let originator = Expr::col((sight::Entity, sight::Column::Originator));
        let of_its_side = arrangement().is_null().and(originator.is_in(self.represented(viewer)));
        Condition::any().add(of_its_side).add(arrangement().is_in(self.open_arrangements(viewer)))
    }

    /// The keys of the notifications of the viewer's side with one of these statuses (empty for all): its own, and those
    /// for which it is the contact point.
    pub fn of_its_side(&self, viewer: &AuthorityId, statuses: &[EventStatus]) -> SelectStatement {
        use sight::{Column, Entity};
        Query::select()
            .column(Column::Notification)
            .from(Entity)
            .and_where(Expr::col(Column::Viewer).eq(viewer.as_str()))
            .and_where(Expr::col(Column::Arrangement).is_null())
            .and_where(Expr::col(Column::Originator).is_in(self.represented(viewer)))
            .cond_where(with_status(statuses))
            .to_owned()
    }

    /// The keys of the notifications with one of these statuses (empty for all) that the viewer got and may read.
    pub fn received(&self, viewer: &AuthorityId, statuses: &[EventStatus]) -> SelectStatement {
        use sight::{Column, Entity};
        Query::select()
            .column(Column::Notification)
            .from(Entity)
            .and_where(Expr::col(Column::Viewer).eq(viewer.as_str()))
            .and_where(Expr::col(Column::Arrangement).is_in(self.open_arrangements(viewer)))
            .cond_where(with_status(statuses))
            .to_owned()
    }
}

/// Entries of notifications with one of these statuses; empty for all.
pub(super) fn with_status(statuses: &[EventStatus]) -> Condition {
    let numbers = statuses.iter().map(|status| *status as i32);
    let status = || Expr::col((sight::Entity, sight::Column::Status));
    Condition::all()
        .add_option((!statuses.is_empty()).then(|| status().is_in(numbers)))
        // Drills alone: the number is written out, so that their partial index serves.
        .add_option(
            (!statuses.is_empty() && !statuses.contains(&EventStatus::Actual))
                .then(|| Expr::cust(format!("sight.status <> {}", EventStatus::Actual as i32))),
        )
}

/// The keys of the notifications with one of these statuses that the viewer was ever sent, also where it was taken off.
pub(super) fn ever_sent(viewer: &AuthorityId, statuses: &[EventStatus]) -> SelectStatement {
    use transmission::{Column, Entity};
    Query::select()
        .column(Column::Notification)
        .from(Entity)
        .and_where(Expr::col(Column::Recipient).eq(viewer.as_str()))
        .and_where(Expr::col(Column::Status).is_in(statuses.iter().map(|status| *status as i32)))
        .to_owned()
}
