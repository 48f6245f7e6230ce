//! Calendar programs act on one object of a mail: each session has a mail of its own.

use std::collections::BTreeSet;

use super::{
    mails::{calendars, cancelled, value, with_folder, written},
    published,
    registrations::registered,
};
use crate::{
    running::Running,
    words::{session, webinar},
};

/// Two days: two invitations, and two that are taken back, each of its own meeting.
pub async fn each(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (running, folder) = with_folder(running).await;
    running.set_clock("2027-03-01T09:00:00Z");
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut activity = webinar(5);
    activity.sessions.push(session("day-2", "2027-03-16T09:00", "Europe/Brussels", 60));
    let name = published(&eu, activity).await.name;
    registered(&gacc, &name, "Li One", 1).await.unwrap();
    let invited = written(&folder, 2).await;
    cancelled(&eu, &name).await;
    let all = written(&folder, 4).await;

    let of = |mails: &[Vec<u8>], method: &str| -> BTreeSet<String> {
        let objects = mails.iter().map(|mail| {
            let found = calendars(mail);
            assert!(found.iter().all(|(told, object)| told == method && *object == found[0].1), "{found:?}");
            value(&found[0].1, "UID")
        });
        objects.collect()
    };
    let uids = of(&invited, "REQUEST");
    assert_eq!(uids.len(), 2, "each its own meeting: {uids:?}");
    assert_eq!(of(&all[2..], "CANCEL"), uids);
}
