//! `seamless search`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{list::filter_of, pages, product_line, reference};
use crate::{cli, connection::Connection, error::Failure, output};

/// The most words that the service looks for.
const MOST_WORDS: usize = 12;
/// The longest question, in characters.
const LONGEST: usize = 200;

/// Finds notifications by words. A long name that was pasted is looked for by its first words, and that is said.
pub async fn run(connection: &Connection, arguments: cli::Search, json: bool) -> Result<(), Failure> {
    let mut client = connection.notifications();
    let words = arguments.words.join(" ");
    let (query, left_out) = question(&words);
    if !left_out.is_empty() {
        output::complain(format!("note: looked for by the first words; left out: {}", left_out.join(" ")));
    }
    let request = wire::SearchNotificationsRequest {
        query,
        filter: Some(filter_of(&arguments.filter)?),
        ..wire::SearchNotificationsRequest::default()
    };
    let mut is_incomplete = false;
    let hits = pages(arguments.limit, async |page_size, page_token| {
        let request = wire::SearchNotificationsRequest { page_size, page_token, ..request.clone() };
        let page = client.search_notifications(request).await?.into_inner();
        is_incomplete |= page.incomplete;
        Ok((page.hits, page.next_page_token))
    })
    .await?;
    if json {
        return hits.iter().try_for_each(output::json);
    }
    let statuses = &arguments.filter.statuses;
    let columns = ["score", "notification", "reference", "state", "product", "where"];
    let mut table = output::table(&statuses.head(&columns)).giving_way(&["state", "score", "where"]);
    for hit in &hits {
        let notification = hit.notification.clone().unwrap_or_default();
        let place = hit.highlights.first().cloned().unwrap_or_default();
        let cells = [
            format!("{:.2}", hit.score),
            notification.uid.clone(),
            reference(&notification),
            output::word(notification.state().as_str_name(), "NOTIFICATION_STATE_"),
            product_line(&notification),
            format!("{}: {}", place.path, place.excerpt),
        ];
        table.add_row(statuses.row(cells, notification.status()));
    }
    output::line(table);
    output::line(format!("{} shown", hits.len()));
    if is_incomplete {
        output::line("the index is still being made: ask again for the rest");
    }
    Ok(())
}

/// As many words of a text as the service takes, and those that are left out.
fn question(text: &str) -> (String, Vec<&str>) {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    let (mut taken, mut left_out): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut length = 0;
    for word in words {
        length += word.chars().count() + usize::from(!taken.is_empty());
        let fits = taken.is_empty() || (taken.len() < MOST_WORDS && length <= LONGEST);
        if fits && left_out.is_empty() { taken.push(word) } else { left_out.push(word) }
    }
    (taken.join(" "), left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_looked_for_by_its_first_words() {
        let name = "Electric kettle 1.5 l, stainless steel, with thermometer & filter - model KW-1500A black, 2 pieces";
        let (query, left_out) = question(name);
        assert_eq!(
            query,
            "Electric kettle 1.5 l, stainless steel, with thermometer filter model KW-1500A black,"
        );
        assert_eq!(left_out, ["2", "pieces"]);
        assert_eq!(question("kettle"), ("kettle".to_owned(), vec![]));
        assert_eq!(question("!"), (String::new(), vec![]));
        let long = "a".repeat(120);
        let two = format!("{long} {long}");
        let (query, left_out) = question(&two);
        assert_eq!((query.as_str(), left_out), (long.as_str(), vec![long.as_str()]));
    }
}
