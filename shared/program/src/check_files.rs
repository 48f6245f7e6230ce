//! What `check-config` says of the files that a configuration names.

use seamless_calendar::Calendars;

use crate::{Settings, part, start::read_cooperation};

/// A line for each file that a start would fail on: those that cannot be read, by their keys; where all can, what is wrong
/// within the certificate of the service and among the authorities.
pub(crate) fn wrong_in(settings: &impl Settings) -> Vec<String> {
    let unusable: Vec<String> =
        settings.files().iter().filter_map(|file| file.look().err()).map(|wrong| wrong.to_string()).collect();
    if !unusable.is_empty() {
        return unusable;
    }
    let tls = settings.server().tls.check().map_err(|error| format!("server.tls: {error}"));
    let calendars = Calendars::embedded().map_err(|error| part("calendars")(&error));
    let cooperation = calendars
        .and_then(|calendars| read_cooperation(&settings.identity().cooperation, &calendars))
        .map_err(|error| format!("identity.cooperation: {error}"));
    tls.err().into_iter().chain(cooperation.err()).collect()
}
