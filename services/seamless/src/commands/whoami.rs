//! `seamless whoami`.

use seamless_proto::seamless::feed::v1 as wire;

use crate::{connection::Connection, error::Failure, output};

/// Says on whose behalf the commands run, and asks the service whether it agrees.
pub async fn run(connection: &Connection, json: bool) -> Result<(), Failure> {
    let answer = connection
        .feed()
        .read_events(wire::ReadEventsRequest {
            after_position: 0,
            max: 1,
            ..wire::ReadEventsRequest::default()
        })
        .await;
    let accepted = match &answer {
        Ok(_) => "yes".to_owned(),
        Err(status) => format!("no: {}", status.message()),
    };
    let mut facts = vec![("address".to_owned(), connection.address().to_owned())];
    facts.extend(connection.credential_facts());
    facts.push(("accepted by the service".to_owned(), accepted));
    if json {
        let object: serde_json::Map<String, serde_json::Value> =
            facts.into_iter().map(|(name, value)| (name.replace(' ', "_"), value.into())).collect();
        output::line(serde_json::Value::Object(object));
    } else {
        let mut table = output::table(&[]);
        for (name, value) in facts {
            table.add_row([name, value]);
        }
        output::line(table);
    }
    answer.map(|_| ()).map_err(Failure::from)
}
