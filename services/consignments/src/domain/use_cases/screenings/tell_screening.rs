//! Tells the side that screened of decisions on which somebody has to act.

use std::sync::Arc;

use serde::Deserialize;

use crate::domain::{
    Rules,
    event::{DomainEvent, EventKind},
    model::{Lane, Screening},
};

/// Which decisions the feed tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToldScreenings {
    /// None: officers list them.
    None,
    /// Those that put goods into another lane than GREEN, and amendments, which may take goods out of one.
    #[default]
    Checks,
    /// All.
    All,
}

/// The event of a decision, where it is told.
#[must_use]
pub fn decided(rules: &Rules, screening: &Arc<Screening>, told: ToldScreenings) -> Option<DomainEvent> {
    let is_told = match told {
        ToldScreenings::None => false,
        ToldScreenings::Checks => screening.lane != Lane::Green || screening.is_amendment(),
        ToldScreenings::All => true,
    };
    is_told.then(|| DomainEvent {
        kind: EventKind::ConsignmentScreened(screening.clone()),
        time: screening.time,
        arrangement: None,
        readers: rules.cooperation.own_side(&screening.authority),
    })
}
