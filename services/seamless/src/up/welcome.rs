//! What a local `up` says when it is up: where everything is, and what to try.

use std::{fmt::Write, path::Path};

use super::samples::SituationLink;
use crate::{cli::Target, connection::Endpoints};

const ALERTS: &[(&str, &str)] = &[
    ("list --as eu-just", ""),
    ("transmit --to cn-gacc --origin CN --as eu-just", ""),
    ("inbox --as cn-gacc", "what is sold online comes first, with 21 days to react"),
    ("clocks NOTIFICATION --as cn-gacc", "by when, and why then"),
    (
        "flag raise NOTIFICATION --kind more-information --field product.batch_numbers --en 'Which batches?' --as cn-gacc",
        "",
    ),
    ("clocks --as eu-just", "the question is open: the clock stands still"),
    ("flag answer CONVERSATION --en 'All of 2026.' --as eu-just", ""),
];

/// What only a clock that can be moved shows at once.
const LATE: &[(&str, &str)] = &[
    ("clock advance 25d --as eu-just", "this is a sandbox: its clock can be moved"),
    ("clocks --overdue --as eu-just", "nobody reacted in time"),
];

const WHAT_CAME: &[(&str, &str)] = &[
    ("evidence NOTIFICATION --as eu-just", "who received it and what they did, with receipts"),
    ("feed --as cn-gacc", "all of it, event by event"),
];

const GOODS: &[(&str, &str)] = &[
    ("inspections list --as cn-gacc", "what was inspected before export"),
    ("screening status --as nl-customs", "the alerts above are known to customs, too"),
    (
        "plan set NLRTM --capacity 130 --random 0.9 --arrivals 147 --as nl-customs",
        "a day with much by lot, to learn",
    ),
    (
        "screen {sample}/consignments.csv --out decisions.jsonl --as nl-customs",
        "what to examine of today's arrivals",
    ),
    ("screening list --lane red --limit 5 --as nl-customs", ""),
    ("screening show SCREENING --as nl-customs", "why: an alert, a certificate, the lot"),
    ("controls import {sample}/controls.csv --decisions decisions.jsonl --as nl-customs", "what was found"),
    ("trust --as eu-just", "what the passes of each inspection body are worth"),
    ("feed --service consignments --limit 20 --as cn-gacc", "… and the exporting side is told"),
];

const TRAINING: &[(&str, &str)] = &[
    ("activities list 玩具 --as cn-gacc", "workshops, webinars, campaigns; words in English or Chinese"),
    ("activities show ACTIVITY --as cn-gacc", "each meeting by its own clocks, and how seats are taken"),
    (
        "register ACTIVITY --name 'Li Ming' --email li@example.cn --country CN --audience manufacturer --answer consent=true --as cn-gacc",
        "",
    ),
    ("registrations list ACTIVITY --as eu-just", "who takes part, and who waits"),
    ("certificates verify CODE --as ca-hc", "what a certificate says, and whether it counts"),
    ("obligations eu-cn --as eu-just", "two workshops a year, a review: what is done, planned, at risk"),
    ("calendars create --as cn-gacc", "a link to subscribe to, with issuer/ca.pem"),
];

const REPORTS: &[(&str, &str)] = &[
    ("report generate --partner cn-gacc --wait --as eu-just", "of the quarter that runs"),
    ("report show REPORT --definitions --as eu-just", "each figure, with what it means"),
    (
        "report download REPORT --output report --as eu-just",
        "HTML, PDF, XLSX, CSV, protobuf, in English and Chinese",
    ),
    (
        "report schedules create '0 6 1 */3 *' --partner cn-gacc --zone Europe/Brussels --to cn-gacc --as eu-just",
        "each quarter; once approved it goes to the partner",
    ),
    ("report verify report", "offline: the signature, and each file"),
    (
        "bulletin generate --recalling eu-just --origin CN --month 2026-10 --wait --as eu-just",
        "the dangerous products of a month, in both languages",
    ),
    ("situation link --as cn-gacc", "a link for a browser: how things stand; with issuer/ca.pem"),
];

/// The greeting; what needs samples only with them.
pub fn text(
    target: &Target,
    endpoints: &Endpoints,
    link: Option<&SituationLink>,
    with_samples: bool,
    is_sandbox: bool,
) -> String {
    let data = target.data.display();
    let option = match target.data == Path::new("seamless-data") {
        true => String::new(),
        false => format!(" --data {data}"),
    };
    let mut text = "Seamless is up.\n\n".to_owned();
    let mut fact = |label: &str, fact: &str| text.push_str(&format!("  {label:<15} {fact}\n"));
    fact("notifications", &endpoints.notifications);
    if let Some(address) = &endpoints.consignments {
        fact("consignments", address);
    }
    if let Some(address) = &endpoints.training {
        fact("training", address);
    }
    if let Some(address) = &endpoints.calendars {
        fact("calendars", address);
    }
    if let Some(address) = &endpoints.reporting {
        fact("reporting", address);
    }
    if let Some(SituationLink { authority, url }) = link {
        fact(
            "situation",
            &format!("{url} (how things stand with {authority}; once, within a quarter of an hour)"),
        );
    }
    let credentials =
        format!("{data}/tokens/AUTHORITY.token, {data}/clients/AUTHORITY/client.pem, {data}/issuer/ca.pem");
    fact("credentials", &credentials);
    let has_goods = endpoints.consignments.is_some();
    if has_goods {
        fact("rules", &format!("{data}/cooperation.toml, {data}/pilot.toml"));
        let databases = ["notifications", "consignments", "training", "reporting"];
        fact("databases", &databases.map(|name| format!("{data}/{name}.db")).join(", "));
    } else {
        fact("rules", &format!("{data}/cooperation.toml"));
        let databases = ["notifications", "training", "reporting"];
        fact("databases", &databases.map(|name| format!("{data}/{name}.db")).join(", "));
    }
    text.push_str("\nTry, in another terminal:\n\n");
    list(&mut text, &option, ALERTS, "");
    if is_sandbox {
        list(&mut text, &option, LATE, "");
    }
    list(&mut text, &option, WHAT_CAME, "");
    if has_goods && with_samples {
        text.push_str("\nand with what arrives, from the alert to what an inspection is worth:\n\n");
        list(&mut text, &option, GOODS, &format!("{data}/sample"));
    }
    text.push_str("\nand what came of it, as a report that can be defended:\n\n");
    list(&mut text, &option, REPORTS, "");
    if with_samples {
        text.push_str("\nand before unsafe products are made:\n\n");
        list(&mut text, &option, TRAINING, "");
    }
    text.push_str(
        "\n(or `cargo run --profile quick -q -p seamless --` instead of `seamless`). Ctrl-c stops it.\n",
    );
    text
}

fn list(text: &mut String, option: &str, commands: &[(&str, &str)], sample: &str) {
    for (command, what) in commands {
        let command = format!("  seamless{option} {}", command.replace("{sample}", sample));
        // Writing to a string does not fail.
        let _ = match what.is_empty() {
            true => writeln!(text, "{command}"),
            false => writeln!(text, "{command:<56}  {what}"),
        };
    }
}
