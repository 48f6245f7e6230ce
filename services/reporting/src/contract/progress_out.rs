//! How far the generation of a report or a bulletin has come, in the form of the contract.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::reporting::v1 as wire;

use crate::domain::{
    awaited::Awaited,
    model::{GenerationStage, Progress, Report},
};

/// How far it has come: while feeds are awaited, it waits for these; else it is where it was told to be last.
#[must_use]
pub fn progress_out(
    report: &Report,
    awaited: &[Awaited],
    progress: Option<&Progress>,
) -> wire::GenerationProgress {
    let begun = progress.filter(|progress| progress.time >= report.create_time);
    if let Some(Progress { stage, document, documents, time, .. }) = begun {
        return wire::GenerationProgress {
            stage: *stage as i32,
            awaited: Vec::new(),
            document: i32::try_from(*document).unwrap_or(i32::MAX),
            documents: i32::try_from(*documents).unwrap_or(i32::MAX),
            step_time: Some(timestamp_out(*time)),
        };
    }
    let stage = if awaited.is_empty() { GenerationStage::Next } else { GenerationStage::Waiting };
    wire::GenerationProgress {
        stage: stage as i32,
        awaited: awaited.iter().map(awaited_out).collect(),
        step_time: Some(timestamp_out(report.create_time)),
        ..wire::GenerationProgress::default()
    }
}

fn awaited_out(Awaited { source, wanted, known }: &Awaited) -> wire::AwaitedFeed {
    wire::AwaitedFeed {
        source: source.name().to_owned(),
        wanted_until: Some(timestamp_out(*wanted)),
        known_until: known.map(timestamp_out),
    }
}
