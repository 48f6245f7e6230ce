//! Whose risk models a caller sees and changes, and how a new version takes its place beside the others.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use sha2::{Digest, Sha256};

use crate::domain::{
    Caller, ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind, ModelChange},
    model::{ModelState, RiskModel, parse_model_name},
    model_accuracy::Accuracy,
    ports::{ModelQuery, ModelReader},
};

/// Shadows that are looked up to be retired; there is one but for an error.
const SHADOWS: u64 = 10;

/// Models belong to a side: all its authorities see them, its contact point changes them.
pub struct ModelAccess<'a> {
    pub rules: &'a Rules,
    pub models: &'a dyn ModelReader,
}

impl ModelAccess<'_> {
    /// The model of this name, if it is the caller's side's.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn execute(&self, caller: &Caller, name: &str) -> Result<RiskModel, DomainError> {
        let (side, number) = self.seen(caller, name)?;
        self.models.model_get(&side, number).await?.ok_or(DomainError::Denied)
    }

    /// Side and number of a name of the caller's side, be there such a model or not.
    ///
    /// # Errors
    /// `Denied`.
    pub fn seen(&self, caller: &Caller, name: &str) -> Result<(AuthorityId, u32), DomainError> {
        let named = parse_model_name(name)
            .filter(|(side, _)| side == self.rules.cooperation.contact_point_of(&caller.authority));
        named.ok_or(DomainError::Denied)
    }

    /// The side whose models the caller changes: its own, if it is no other authority's to speak for.
    ///
    /// # Errors
    /// `Denied`.
    pub fn changed_by(&self, caller: &Caller) -> Result<AuthorityId, DomainError> {
        let side = self.rules.cooperation.contact_point_of(&caller.authority);
        if *side == caller.authority { Ok(side.clone()) } else { Err(DomainError::Denied) }
    }
}

/// The number of the side's next version.
pub(super) async fn next_number(models: &dyn ModelReader, side: &AuthorityId) -> Result<u32, DomainError> {
    let query = ModelQuery { side: Some(side.clone()), limit: 1, ..ModelQuery::default() };
    Ok(models.model_list(&query).await?.first().map_or(0, |last| last.number) + 1)
}

/// The side's models in a state.
pub(super) async fn in_state(
    models: &dyn ModelReader,
    side: &AuthorityId,
    state: ModelState,
) -> Result<Vec<RiskModel>, DomainError> {
    let query =
        ModelQuery { side: Some(side.clone()), states: vec![state], limit: SHADOWS, ..ModelQuery::default() };
    models.model_list(&query).await
}

/// Adds a new version in shadow, in the place of those that were there before.
pub(super) async fn put_in_shadow(
    rules: &Rules,
    models: &dyn ModelReader,
    made: &RiskModel,
    content: Vec<u8>,
) -> Result<ChangeSet, DomainError> {
    let (mut changes, now) = (ChangeSet::default(), made.create_time);
    for former in in_state(models, &made.side, ModelState::Shadow).await? {
        let retired = moved(former, ModelState::Retired);
        changes.put_model(&retired);
        changes.tell(model_changed(rules, retired, Some(ModelState::Shadow), None, now));
    }
    changes.put_new_model(made, content);
    changes.tell(model_changed(rules, made.clone(), None, None, now));
    Ok(changes)
}

/// The event that tells of a model, to all authorities of its side.
pub(super) fn model_changed(
    rules: &Rules,
    model: RiskModel,
    previous: Option<ModelState>,
    accuracy: Option<(Accuracy, usize)>,
    now: Timestamp,
) -> DomainEvent {
    DomainEvent {
        readers: rules.cooperation.side_members(&model.side),
        kind: EventKind::ModelChanged(Box::new(ModelChange { model, previous, accuracy })),
        time: now,
        arrangement: None,
    }
}

/// The model in another state.
pub(super) fn moved(model: RiskModel, state: ModelState) -> RiskModel {
    RiskModel { state, revision: model.revision + 1, ..model }
}

/// What is known of a new version.
pub(super) fn new_version(side: &AuthorityId, number: u32, content: &[u8], now: Timestamp) -> RiskModel {
    RiskModel {
        side: side.clone(),
        number,
        state: ModelState::Shadow,
        outcomes: 0,
        found_unsafe: 0,
        learned_until: None,
        sha256: hex::encode(Sha256::digest(content)),
        size: content.len() as u64,
        parent: None,
        imported: false,
        create_time: now,
        activate_time: None,
        revision: 1,
    }
}
