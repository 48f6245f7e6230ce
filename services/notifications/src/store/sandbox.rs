//! Looks up the sandbox.

use async_trait::async_trait;
use sea_orm::EntityTrait;

use super::{Store, entities::sandbox, fault, rows};
use crate::domain::{DomainError, model::SandboxState, ports::SandboxReader};

#[async_trait]
impl SandboxReader for Store {
    async fn sandbox_get(&self) -> Result<SandboxState, DomainError> {
        let row =
            sandbox::Entity::find_by_id(sandbox::ONLY).one(self.database.read()).await.map_err(fault)?;
        match row {
            None => Ok(SandboxState::default()),
            Some(row) => serde_json::from_str(&row.document).map_err(|error| rows::damaged("sandbox", error)),
        }
    }
}
