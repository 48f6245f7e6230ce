//! Takes in a model that was exported elsewhere.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{
    model_access::{new_version, next_number, put_in_shadow},
    train_model::blocking,
};
use crate::domain::{Decision, DomainError, Rules, model::RiskModel, ports::ModelReader};

/// An imported model starts in shadow as any other, and its content is kept octet for octet.
pub struct ImportModel<'a> {
    pub rules: &'a Rules,
    pub models: &'a dyn ModelReader,
}

impl ImportModel<'_> {
    /// Takes it in, if it is a whole model and has the digest (lower-case hexadecimal) that was said.
    ///
    /// # Errors
    /// `Invalid` for another digest and for what is no model; those of the store.
    pub async fn execute(
        &self,
        side: &AuthorityId,
        content: Vec<u8>,
        sha256: &str,
        now: Timestamp,
    ) -> Result<Decision<RiskModel>, DomainError> {
        let number = next_number(self.models, side).await?;
        let known = new_version(side, number, &content, now);
        if known.sha256 != sha256 {
            let description = format!("the content has the digest {}", known.sha256);
            return Err(DomainError::invalid("head.sha256", description));
        }
        let (content, labels) = blocking(move || {
            let model = seamless_risk::Model::from_bytes(&content)
                .map_err(|error| DomainError::invalid("chunk", error.to_string()))?;
            Ok((content, model.version().labels))
        })
        .await?;
        let imported = RiskModel { outcomes: labels, imported: true, ..known };
        let changes = put_in_shadow(self.rules, self.models, &imported, content).await?;
        Ok(Decision { outcome: imported, changes })
    }
}
