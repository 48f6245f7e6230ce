//! Begins a material, adds editions, publishes it, takes it back.

use jiff::Timestamp;
use seamless_identifiers::LanguageTag;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    event::{DomainEvent, EventKind},
    model::{ActivityVisibility, Edition, EditionBody, Material, MaterialContent, MaterialState},
    records::Record,
    use_cases::require_revision,
};

/// The most editions of a material.
const MOST: usize = 500;

/// Something that becomes of a material.
#[derive(Clone, Debug)]
pub enum MaterialStep {
    /// `translates`: 0 for the last edition of the original.
    Add {
        language: LanguageTag,
        translates: u32,
        body: EditionBody,
    },
    Publish,
    Withdraw,
}

/// A material belongs to the authority that began it.
#[derive(Clone, Copy)]
pub struct ChangeMaterial<'a> {
    pub rules: &'a Rules,
}

impl ChangeMaterial<'_> {
    /// Begins one.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn create(
        &self,
        caller: &Caller,
        content: MaterialContent,
        now: Timestamp,
    ) -> Result<Decision<Material>, DomainError> {
        let wrong = match &content.arrangement {
            Some(id) if !self.rules.cooperation.is_open_to_side(id, &caller.authority, now) => {
                let wanted =
                    format!("wants an arrangement in force in which {} takes part", caller.authority);
                Some(format!("{wanted}; got {id}"))
            }
            None if content.visibility == ActivityVisibility::Arrangement => {
                Some("is required where its parties see the material".to_owned())
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            return Err(vec![Violation::new("arrangement", wrong)].into());
        }
        let material = Material {
            id: Uuid::now_v7(),
            originator: caller.authority.clone(),
            state: MaterialState::Draft,
            content,
            editions: Vec::new(),
            create_time: now,
            update_time: now,
            revision: 1,
        };
        self.changed(material, now)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// `IllegalTransition`; `WantsFirst` without an original; `Invalid`; `LimitReached`; `EtagMismatch`.
    pub fn step(
        &self,
        present: Material,
        step: &MaterialStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Material>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        let state = present.state;
        let original = present.last(&present.content.original_language).map_or(0, |last| last.number);
        let mut material = Material { update_time: now, revision: present.revision + 1, ..present.clone() };
        match (step, state) {
            (
                MaterialStep::Add { language, translates, body },
                MaterialState::Draft | MaterialState::Published,
            ) => {
                if present.last(language).is_some_and(|last| last.body == *body) {
                    return Ok(Decision { outcome: present, changes: ChangeSet::default() });
                }
                if present.editions.len() >= MOST {
                    let limit = "editions";
                    return Err(
                        Refusal::LimitReached { subject: present.name(), limit, maximum: MOST }.into()
                    );
                }
                let translates = match *language == present.content.original_language {
                    true if *translates > 0 => {
                        return Err(DomainError::invalid("translates", "wants 0 for the original"));
                    }
                    true => 0,
                    false if original == 0 => {
                        return Err(DomainError::invalid("language", "wants the original first"));
                    }
                    false if *translates > original => {
                        let wanted = format!("wants at most the last edition, {original}; got {translates}");
                        return Err(DomainError::invalid("translates", wanted));
                    }
                    false if *translates == 0 => original,
                    false => *translates,
                };
                material.editions.push(Edition {
                    number: present.last(language).map_or(0, |last| last.number) + 1,
                    language: language.clone(),
                    translates,
                    body: body.clone(),
                    create_time: now,
                });
            }
            (MaterialStep::Publish, MaterialState::Draft) if original == 0 => {
                let remedy = "add an edition in the original language";
                return Err(DomainError::wants_first(present.name(), state, "publishing", remedy));
            }
            (MaterialStep::Publish, MaterialState::Draft) => material.state = MaterialState::Published,
            (MaterialStep::Withdraw, MaterialState::Published) => material.state = MaterialState::Withdrawn,
            (MaterialStep::Add { .. }, _) => {
                return Err(DomainError::illegal(present.name(), state, "adding an edition"));
            }
            (MaterialStep::Publish, _) => {
                return Err(DomainError::illegal(present.name(), state, "publishing"));
            }
            (MaterialStep::Withdraw, _) => {
                return Err(DomainError::illegal(present.name(), state, "withdrawing"));
            }
        }
        self.changed(material, now)
    }

    fn changed(&self, material: Material, now: Timestamp) -> Result<Decision<Material>, DomainError> {
        let mut changes = ChangeSet::default();
        changes.put_record(&material, material.revision == 1)?;
        if material.state != MaterialState::Draft {
            changes.tell(DomainEvent {
                kind: EventKind::MaterialPublished(Box::new(material.clone())),
                time: now,
                arrangement: material.content.arrangement.clone(),
                readers: self.rules.material_readers(&material, now),
            });
        }
        Ok(Decision { outcome: material, changes })
    }
}
