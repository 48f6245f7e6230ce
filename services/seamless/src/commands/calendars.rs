//! `seamless calendars`: links to calendars that people subscribe to.

use seamless_proto::seamless::training::v1 as wire;

use super::{
    beginning::{Known, whole_name},
    pages, request_id,
};
use crate::{cli, connection::Connection, error::Failure, output};

/// Links among which a beginning of an id is looked for.
const LOOKED_AT: usize = 2_000;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Calendars, json: bool) -> Result<(), Failure> {
    match step {
        cli::Calendars::Create { programme, email, lang } => {
            let link = wire::CalendarLink { programme, email, language: lang, ..Default::default() };
            let request = wire::CreateCalendarLinkRequest {
                calendar_link: Some(link),
                request_id: request_id(),
                ..Default::default()
            };
            let made = connection.calendars().create_calendar_link(request).await?.into_inner();
            if json {
                return output::json(&made);
            }
            show(made.calendar_link.as_ref());
            output::line(&made.url);
            output::line("Whoever has this link reads the calendar; it is not shown again.");
            Ok(())
        }
        cli::Calendars::List { limit } => {
            let links = collect(connection, limit).await?;
            if json {
                return links.iter().try_for_each(output::json);
            }
            let mut table = output::table(&["id", "of", "language", "made (UTC)", "revoked (UTC)"]);
            for one in &links {
                table.add_row([
                    one.name.trim_start_matches("calendarLinks/").to_owned(),
                    of_what(one),
                    one.language.clone(),
                    output::time(one.create_time.as_ref()),
                    output::time(one.revoke_time.as_ref()),
                ]);
            }
            output::line(table);
            output::line(format!("{} shown", links.len()));
            Ok(())
        }
        cli::Calendars::Revoke(link) => {
            let request = wire::RevokeCalendarLinkRequest {
                name: name_of(connection, &link.name).await?,
                request_id: request_id(),
                ..Default::default()
            };
            let revoked = connection.calendars().revoke_calendar_link(request).await?.into_inner();
            if json {
                return output::json(&revoked);
            }
            show(Some(&revoked));
            Ok(())
        }
    }
}

async fn collect(connection: &Connection, limit: usize) -> Result<Vec<wire::CalendarLink>, Failure> {
    pages(limit, async |page_size, page_token| {
        let request = wire::ListCalendarLinksRequest { page_size, page_token };
        let page = connection.calendars().list_calendar_links(request).await?.into_inner();
        Ok((page.calendar_links, page.next_page_token))
    })
    .await
}

async fn name_of(connection: &Connection, given: &str) -> Result<String, Failure> {
    whole_name("calendarLinks", given, async || {
        let known = |one: wire::CalendarLink| Known { title: of_what(&one), name: one.name };
        Ok(collect(connection, LOOKED_AT).await?.into_iter().map(known).collect())
    })
    .await
}

/// What the calendar is of; of one that was of a person and was revoked, nothing is known.
fn of_what(link: &wire::CalendarLink) -> String {
    match (link.programme.as_str(), link.email.as_str()) {
        ("", "") => "all".to_owned(),
        (programme, "") => programme.to_owned(),
        (_, email) => email.to_owned(),
    }
}

fn show(link: Option<&wire::CalendarLink>) {
    let Some(link) = link else { return };
    let mut facts = output::table(&[]);
    for (what, value) in [
        ("link", link.name.clone()),
        ("of", of_what(link)),
        ("language", link.language.clone()),
        ("made (UTC)", output::time(link.create_time.as_ref())),
        ("revoked (UTC)", output::time(link.revoke_time.as_ref())),
    ] {
        if !value.is_empty() {
            facts.add_row([what.to_owned(), value]);
        }
    }
    output::line(facts);
}
