//! `seamless fault`: for drills, in a sandbox alone.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{clocks::duration_out, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Sets, ends or lists faults.
pub async fn fault(connection: &Connection, command: cli::Fault, json: bool) -> Result<(), Failure> {
    let mut client = connection.sandbox();
    let inject = |authority: String, faults: Vec<wire::Fault>| wire::InjectFaultsRequest {
        authority,
        faults,
        request_id: request_id(),
    };
    let state = match command {
        cli::Fault::List => client.get_sandbox(wire::GetSandboxRequest {}).await?,
        cli::Fault::Clear { reader } => client.inject_faults(inject(reader, Vec::new())).await?,
        cli::Fault::Inject { reader, kind, every, delay } => {
            let fault = |kind: &cli::FaultKind| {
                let kind = match kind {
                    cli::FaultKind::Duplicate => wire::FaultKind::Duplicate,
                    cli::FaultKind::Reorder => wire::FaultKind::Reorder,
                    cli::FaultKind::Delay => wire::FaultKind::Delay,
                    cli::FaultKind::LostReceipt => wire::FaultKind::LostReceipt,
                    cli::FaultKind::Unreadable => wire::FaultKind::Unreadable,
                };
                let delay = (kind == wire::FaultKind::Delay).then(|| duration_out(delay));
                wire::Fault { kind: kind.into(), every, delay }
            };
            client.inject_faults(inject(reader, kind.iter().map(fault).collect())).await?
        }
    };
    let state = state.into_inner();
    if json {
        return output::json(&state);
    }
    let mut table = output::table(&["authority", "fault", "every"]);
    for faults in &state.faults {
        for fault in &faults.faults {
            let kind = output::word(fault.kind().as_str_name(), "FAULT_KIND_");
            table.add_row([faults.authority.clone(), kind, fault.every.to_string()]);
        }
    }
    output::line(table);
    Ok(())
}
