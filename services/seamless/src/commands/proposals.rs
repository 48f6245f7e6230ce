//! Changes proposed to others' notifications: `seamless propose`, `seamless proposals`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{notification_name, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// `seamless propose`.
pub async fn propose(connection: &Connection, arguments: cli::Propose, json: bool) -> Result<(), Failure> {
    let product = wire::Product {
        brand: arguments.brand.clone().unwrap_or_default(),
        models: arguments.model.clone(),
        gtins: arguments.gtin.clone(),
        ..wire::Product::default()
    };
    let traceability = wire::Traceability {
        country_of_origin: arguments.origin.clone().unwrap_or_default(),
        ..wire::Traceability::default()
    };
    let set = [
        ("product.brand", arguments.brand.is_some()),
        ("product.models", !arguments.model.is_empty()),
        ("product.gtins", !arguments.gtin.is_empty()),
        ("traceability.country_of_origin", arguments.origin.is_some()),
    ];
    let mut paths: Vec<String> =
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(path, _)| path.to_owned()).collect();
    paths.extend(arguments.clear);
    if paths.is_empty() {
        return Err(Failure::usage(
            "say what is to be changed: --brand, --model, --gtin, --origin or --clear",
        ));
    }
    let request = wire::ProposeChangeRequest {
        parent: notification_name(&arguments.name.name),
        change: Some(wire::Notification {
            product: Some(product),
            traceability: Some(traceability),
            ..wire::Notification::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths }),
        comment: arguments.comment,
        request_id: request_id(),
        validate_only: false,
    };
    let proposed = connection.proposals().propose_change(request).await?.into_inner();
    report(&proposed, json)
}

/// `seamless proposals`.
pub async fn run(connection: &Connection, step: cli::Proposals, json: bool) -> Result<(), Failure> {
    let mut client = connection.proposals();
    let decided = match step {
        cli::Proposals::List { limit, statuses } => return list(connection, limit, &statuses, json).await,
        cli::Proposals::Accept { name } => {
            let request = wire::AcceptProposalRequest {
                name,
                request_id: request_id(),
                ..wire::AcceptProposalRequest::default()
            };
            client.accept_proposal(request).await?
        }
        cli::Proposals::Reject { name, reason } => {
            let request = wire::RejectProposalRequest {
                name,
                reason,
                request_id: request_id(),
                ..wire::RejectProposalRequest::default()
            };
            client.reject_proposal(request).await?
        }
        cli::Proposals::Withdraw { name } => {
            let request = wire::WithdrawProposalRequest {
                name,
                request_id: request_id(),
                ..wire::WithdrawProposalRequest::default()
            };
            client.withdraw_proposal(request).await?
        }
    };
    report(&decided.into_inner(), json)
}

fn report(proposal: &wire::Proposal, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(proposal);
    }
    let state = output::word(proposal.state().as_str_name(), "PROPOSAL_STATE_");
    output::line(format!("{} is {state}", proposal.name));
    Ok(())
}

async fn list(
    connection: &Connection,
    limit: usize,
    statuses: &cli::Statuses,
    json: bool,
) -> Result<(), Failure> {
    let request = wire::ListProposalsRequest { statuses: statuses.numbers(), ..Default::default() };
    let proposals = pages(limit, async |page_size, page_token| {
        let request = wire::ListProposalsRequest { page_size, page_token, ..request.clone() };
        let page = connection.proposals().list_proposals(request).await?.into_inner();
        Ok((page.proposals, page.next_page_token))
    })
    .await?;
    if json {
        return proposals.iter().try_for_each(output::json);
    }
    let mut table = output::table(&statuses.head(&["proposal", "by", "state", "fields", "made (UTC)"]));
    for proposal in &proposals {
        let cells = [
            proposal.name.clone(),
            proposal.proposer.clone(),
            output::word(proposal.state().as_str_name(), "PROPOSAL_STATE_"),
            proposal.paths.join(", "),
            output::time(proposal.create_time.as_ref()),
        ];
        table.add_row(statuses.row(cells, proposal.status()));
    }
    output::line(table);
    Ok(())
}
