//! How far feeds are read.

use seamless_api::{refusal, violations::timestamp_out};
use seamless_feed::standing::standing;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::reporting::v1 as wire;
use tonic::Status;

use super::context::Api;
use crate::{contract::input_out, domain::model::Input, store::facts::source_of};

impl Api {
    /// Where the feed of an authority stands, of which this was taken in.
    pub(super) async fn source_standing(
        &self,
        authority: &AuthorityId,
        input: Option<&Input>,
    ) -> Result<wire::SourceStanding, Status> {
        let stands = standing(self.store.database().read(), &source_of(authority)).await;
        let stands = stands.map_err(|error| refusal(seamless_commit::fault(error)))?;
        Ok(wire::SourceStanding {
            input: input.map(input_out),
            known_until: self.reached.until(authority).map(timestamp_out),
            rebuilding: stands.rebuild.is_some(),
        })
    }
}
