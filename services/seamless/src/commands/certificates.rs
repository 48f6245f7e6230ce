//! `seamless certificates`: issued to who was there, verified by everybody.

use std::{fs, path::PathBuf};

use seamless_proto::seamless::training::v1 as wire;

use super::{
    activities::name_of,
    download::{free_file, part_of},
    pages, request_id,
};
use crate::{cli, connection::Connection, error::Failure, output};

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Certificates, json: bool) -> Result<(), Failure> {
    let mut client = connection.certificates();
    match step {
        cli::Certificates::Issue { activity, minimum, check } => {
            let parent = name_of(connection, &activity.name).await?;
            issue(connection, parent, minimum, check, json).await
        }
        cli::Certificates::List { activity, limit } => {
            let parent = name_of(connection, &activity.name).await?;
            let all = pages(limit, async |page_size, page_token| {
                let parent = parent.clone();
                let request =
                    wire::ListCertificatesRequest { parent, page_size, page_token, ..Default::default() };
                let page = connection.certificates().list_certificates(request).await?.into_inner();
                Ok((page.certificates, page.next_page_token))
            })
            .await?;
            list(&all, json)
        }
        cli::Certificates::Download { code, lang, output } => {
            download(connection, &code.code, lang, output).await
        }
        cli::Certificates::Verify { code, name } => {
            let request = wire::VerifyCertificateRequest { code: code.code, full_name: name };
            verified(&client.verify_certificate(request).await?.into_inner(), json)
        }
        cli::Certificates::Revoke { code, reason } => {
            let request = wire::RevokeCertificateRequest {
                name: name_of_code(&code.code),
                reason,
                request_id: request_id(),
                ..Default::default()
            };
            list(&[client.revoke_certificate(request).await?.into_inner()], json)
        }
    }
}

/// The resource name of what a person types.
fn name_of_code(code: &str) -> String {
    let code = code.trim_start_matches("certificates/");
    let plain = code.chars().filter(|one| *one != '-' && !one.is_whitespace());
    format!("certificates/{}", plain.collect::<String>().to_uppercase())
}

/// Calls until nobody is left; a check is one call.
async fn issue(
    connection: &Connection,
    parent: String,
    minimum_percent: i32,
    validate_only: bool,
    json: bool,
) -> Result<(), Failure> {
    loop {
        let request = wire::IssueCertificatesRequest {
            parent: parent.clone(),
            minimum_percent,
            request_id: request_id(),
            validate_only,
            ..Default::default()
        };
        let answer = connection.certificates().issue_certificates(request).await?.into_inner();
        let is_last = answer.remaining == 0 || validate_only || answer.certificates.is_empty();
        for one in &answer.refused {
            let who = one.person.clone().unwrap_or_default();
            output::complain(format!("{} {}: {}", who.registration, who.person, one.reason));
        }
        if json {
            output::json(&answer)?;
        } else {
            list(&answer.certificates, false)?;
        }
        if is_last {
            if !json {
                let wire::IssueCertificatesResponse { below_minimum, already_issued, remaining, .. } = answer;
                output::line(format!(
                    "{below_minimum} were not there for long enough, {already_issued} have one already, \
                     {remaining} are left"
                ));
            }
            return Ok(());
        }
    }
}

/// The file has its name only once all of it is there.
async fn download(
    connection: &Connection,
    code: &str,
    language: String,
    output: Option<PathBuf>,
) -> Result<(), Failure> {
    let name = name_of_code(code);
    let target = match output {
        Some(target) => target,
        None => free_file(&format!("{}-{language}.pdf", name.trim_start_matches("certificates/")))?,
    };
    let request = wire::DownloadCertificateRequest { name, language };
    let mut chunks = connection.certificates().download_certificate(request).await?.into_inner();
    let mut pdf = Vec::new();
    while let Some(wire::DownloadCertificateResponse { chunk }) = chunks.message().await? {
        pdf.extend(chunk);
    }
    let part = part_of(&target);
    let written = fs::write(&part, &pdf).and_then(|()| fs::rename(&part, &target));
    written.map_err(|error| Failure::while_doing(target.display(), error))?;
    output::line(format!("{}: {} octets", target.display(), pdf.len()));
    Ok(())
}

fn list(certificates: &[wire::Certificate], json: bool) -> Result<(), Failure> {
    if json {
        return certificates.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["code", "state", "name", "minutes", "about"]);
    for one in certificates {
        let facts = one.facts.clone().unwrap_or_default();
        table.add_row([
            one.code.clone(),
            output::word(one.state().as_str_name(), "CERTIFICATE_STATE_"),
            one.printed_name.clone(),
            facts.minutes.to_string(),
            output::text_of(facts.title.as_ref()),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", certificates.len()));
    Ok(())
}

fn verified(answer: &wire::VerifyCertificateResponse, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(answer);
    }
    let facts = answer.facts.clone().unwrap_or_default();
    output::line(match answer.state() {
        wire::CertificateState::Issued => "the certificate counts".to_owned(),
        _ => format!(
            "the certificate was taken back on {}: {}",
            output::time(answer.revoke_time.as_ref()),
            answer.revoke_reason
        ),
    });
    let name = match answer.name_match() {
        wire::NameMatch::Same => "the one that was given",
        wire::NameMatch::Other => "NOT the one that was given",
        wire::NameMatch::Unspecified => "not compared (--name)",
    };
    let day = |day: Option<seamless_proto::seamless::r#type::v1::CivilDate>| {
        day.map(|day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)).unwrap_or_default()
    };
    for (what, value) in [
        ("name", name.to_owned()),
        ("about", output::text_of(facts.title.as_ref())),
        ("from", day(facts.start_date)),
        ("to", day(facts.end_date)),
        ("minutes", facts.minutes.to_string()),
        ("languages", facts.languages.join(", ")),
        ("issued by", format!("{} ({})", output::text_of(facts.issuer_name.as_ref()), facts.issuer)),
        ("issued on", output::time(facts.issue_time.as_ref())),
    ] {
        output::line(format!("{what:>10}  {value}"));
    }
    Ok(())
}
