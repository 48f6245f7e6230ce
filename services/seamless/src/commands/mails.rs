//! `seamless mails`: what is written to those who are registered, and what comes back.

use std::{fs, io::Read, path::Path};

use seamless_proto::seamless::training::v1 as wire;

use super::{activities::name_of, pages, request_id, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Mails, json: bool) -> Result<(), Failure> {
    let mut client = connection.correspondence();
    match step {
        cli::Mails::List { parent, state, limit } => list(connection, &parent, &state, limit, json).await,
        cli::Mails::Resend { name } => {
            let request = wire::ResendMailRequest { name, request_id: request_id(), ..Default::default() };
            let mail = client.resend_mail(request).await?.into_inner();
            if json {
                return output::json(&mail);
            }
            output::line(format!("{}: {}", mail.name, state_of(&mail)));
            Ok(())
        }
        cli::Mails::Receive { file } => {
            let content = read(&file)?;
            let request =
                wire::ReceiveMailRequest { content, request_id: request_id(), ..Default::default() };
            let received = client.receive_mail(request).await?.into_inner();
            let word = output::word(received.received_as().as_str_name(), "RECEIVED_AS_");
            use wire::ReceivedAs::{NotOurs, NotUnderstood};
            if matches!(received.received_as(), NotOurs | NotUnderstood) {
                return Err(Failure::while_doing(word, received.detail));
            }
            if json {
                return output::json(&received);
            }
            output::line(match received.detail.is_empty() {
                true => word,
                false => format!("{word}: {}", received.detail),
            });
            Ok(())
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let read = match file == Path::new("-") {
        true => std::io::stdin().read_to_end(&mut content).map(|_| content),
        false => fs::read(file),
    };
    read.map_err(|error| Failure::while_doing(file.display(), error))
}

async fn list(
    connection: &Connection,
    parent: &str,
    state: &[String],
    limit: usize,
    json: bool,
) -> Result<(), Failure> {
    let parent = match parent.contains("/registrations/") {
        true => parent.to_owned(),
        false => name_of(connection, parent).await?,
    };
    let states = states(state, "MAIL_STATE_", |name| wire::MailState::from_str_name(name).map(Into::into))?;
    let mails = pages(limit, async |page_size, page_token| {
        let (parent, states) = (parent.clone(), states.clone());
        let request = wire::ListMailsRequest { parent, states, page_size, page_token };
        let page = connection.correspondence().list_mails(request).await?.into_inner();
        Ok((page.mails, page.next_page_token))
    })
    .await?;
    if json {
        return mails.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["what", "state", "to", "tried", "server", "since (UTC)", "mail"]);
    for mail in &mails {
        table.add_row([
            output::word(mail.kind().as_str_name(), "MAIL_KIND_"),
            state_of(mail),
            mail.recipient.clone(),
            mail.attempts.to_string(),
            mail.status.clone(),
            output::time(mail.update_time.as_ref()),
            mail.name.clone(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", mails.len()));
    Ok(())
}

fn state_of(mail: &wire::Mail) -> String {
    output::word(mail.state().as_str_name(), "MAIL_STATE_")
}
