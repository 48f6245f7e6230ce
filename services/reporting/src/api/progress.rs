//! How far the generation of reports and bulletins has come, for the side whose they are.

use std::collections::HashMap;

use seamless_api::refusal;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::reporting::v1 as wire;
use tonic::Status;

use super::context::Api;
use crate::{
    contract::progress_out,
    domain::{
        awaited::awaited,
        model::{Progress, Report, ReportId, ReportState, progress_name},
        records::record,
    },
};

/// Of those that are not generated yet, by their ids.
pub(super) type ProgressOf = HashMap<ReportId, wire::GenerationProgress>;

impl Api {
    /// How far each of them has come that waits or is generated, as its own side sees it.
    pub(super) async fn progress(
        &self,
        viewer: &AuthorityId,
        reports: Vec<&Report>,
    ) -> Result<ProgressOf, Status> {
        let mut all = ProgressOf::new();
        for report in reports {
            let is_own = self.rules.cooperation.sees_as_owner(&report.owner, viewer);
            if report.state != ReportState::Queued || !is_own {
                continue;
            }
            let begun: Option<Progress> =
                record(&self.store, &progress_name(report.id)).await.map_err(refusal)?;
            let awaited = awaited(&self.rules, &self.reached, report);
            all.insert(report.id, progress_out(report, &awaited, begun.as_ref()));
        }
        Ok(all)
    }
}
