//! `seamless approvals`: people decide on pre-export controls; the service proposes, with its reasons.

use jiff::civil::Date;
use seamless_proto::seamless::{consignments::v1 as wire, r#type::v1::CivilDate};

use super::{numbered, pages, request_id, resource, sandbox_clock::now_at};
use crate::{cli, connection::Connection, error::Failure, output};

/// Approvals shown beside trust.
const BESIDE_TRUST: usize = 20;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Approvals, json: bool) -> Result<(), Failure> {
    let mut client = connection.trust();
    macro_rules! decided {
        ($method:ident, $request:ident, $decided:expr) => {{
            let decided = $decided;
            let request = wire::$request {
                name: resource("approvals", &decided.name),
                reason: decided.reason,
                request_id: request_id(),
                ..wire::$request::default()
            };
            client.$method(request).await?
        }};
    }
    let approval = match step {
        cli::Approvals::List { body, state, limit } => {
            let state = numbered(state.as_deref(), "APPROVAL_STATE_", wire::ApprovalState::from_str_name)?;
            let approvals = collect(connection, body.as_deref(), state, limit).await?;
            if json {
                return approvals.iter().try_for_each(output::json);
            }
            print(&approvals);
            return Ok(());
        }
        cli::Approvals::Proposals => {
            let proposals = proposals(connection).await?;
            if json {
                return proposals.iter().try_for_each(output::json);
            }
            proposals.iter().for_each(propose);
            output::line(format!("{} shown", proposals.len()));
            return Ok(());
        }
        cli::Approvals::Grant { body, area, entry_point, check, from, until, evidence, reason } => {
            let today = now_at(connection).await.to_zoned(jiff::tz::TimeZone::UTC).date();
            let approval = wire::Approval {
                inspection_body: body,
                product_area: area,
                entry_points: entry_point,
                check_frequency: check,
                valid_from: Some(day_out(from.unwrap_or(today))),
                valid_until: Some(day_out(until)),
                evidence,
                ..wire::Approval::default()
            };
            let request = wire::GrantApprovalRequest {
                approval: Some(approval),
                reason,
                request_id: request_id(),
                ..wire::GrantApprovalRequest::default()
            };
            client.grant_approval(request).await?
        }
        cli::Approvals::Suspend(decided) => {
            decided!(suspend_approval, SuspendApprovalRequest, decided)
        }
        cli::Approvals::Reinstate(decided) => {
            decided!(reinstate_approval, ReinstateApprovalRequest, decided)
        }
        cli::Approvals::Withdraw(decided) => {
            decided!(withdraw_approval, WithdrawApprovalRequest, decided)
        }
    };
    let approval = approval.into_inner();
    if json {
        return output::json(&approval);
    }
    output::line(format!("{} is {}", approval.name, state_of(&approval)));
    Ok(())
}

/// What is approved and what is proposed, beneath a table of trust. Whoever may not see proposals is told none.
pub async fn standing(connection: &Connection, body: Option<&str>) -> Result<(), Failure> {
    let approvals = collect(connection, body, 0, BESIDE_TRUST).await?;
    if !approvals.is_empty() {
        output::line("");
        print(&approvals);
    }
    let concerns = |proposal: &&wire::ApprovalProposal| {
        body.is_none_or(|body| proposal.trust.as_ref().is_some_and(|trust| trust.inspection_body == body))
    };
    let proposals = proposals(connection).await?;
    proposals.iter().filter(concerns).for_each(propose);
    Ok(())
}

async fn collect(
    connection: &Connection,
    body: Option<&str>,
    state: i32,
    limit: usize,
) -> Result<Vec<wire::Approval>, Failure> {
    pages(limit, async |page_size, page_token| {
        let inspection_body = body.unwrap_or_default().to_owned();
        let request = wire::ListApprovalsRequest { inspection_body, state, page_size, page_token };
        let page = connection.trust().list_approvals(request).await?.into_inner();
        Ok((page.approvals, page.next_page_token))
    })
    .await
}

async fn proposals(connection: &Connection) -> Result<Vec<wire::ApprovalProposal>, Failure> {
    let request = wire::ProposeApprovalsRequest {};
    Ok(connection.trust().propose_approvals(request).await?.into_inner().proposals)
}

fn print(approvals: &[wire::Approval]) {
    let mut table =
        output::table(&["approval", "body", "area", "at", "is", "still examined", "from", "until"]);
    for approval in approvals {
        let everywhere = || "everywhere".to_owned();
        let places = Some(approval.entry_points.join(", ")).filter(|places| !places.is_empty());
        table.add_row([
            approval.name.trim_start_matches("approvals/").to_owned(),
            approval.inspection_body.clone(),
            approval.product_area.clone(),
            places.unwrap_or_else(everywhere),
            state_of(approval),
            format!("{:.1} %", 100.0 * approval.check_frequency),
            output::day(approval.valid_from.as_ref()),
            output::day(approval.valid_until.as_ref()),
        ]);
    }
    output::line(table);
}

fn propose(proposal: &wire::ApprovalProposal) {
    let trust = proposal.trust.clone().unwrap_or_default();
    let action = output::word(proposal.action().as_str_name(), "APPROVAL_ACTION_");
    let what = match proposal.approval.as_str() {
        "" => format!("an approval of {} for {}", trust.inspection_body, trust.product_area),
        approval => format!("{approval} of {} for {}", trust.inspection_body, trust.product_area),
    };
    output::line(format!("proposed: {action} {what}"));
    for reason in &proposal.reasons {
        output::line(format!("  {reason}"));
    }
}

fn state_of(approval: &wire::Approval) -> String {
    output::word(approval.state().as_str_name(), "APPROVAL_STATE_")
}

/// The day as the contract writes it.
pub fn day_out(day: Date) -> CivilDate {
    CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() }
}
