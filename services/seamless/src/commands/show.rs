//! `seamless show`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{labels, notification_name, online_word, origin, product_line};
use crate::{
    cli::{self, Language},
    connection::Connection,
    error::Failure,
    output,
};

/// Shows a notification with its transmissions and follow-ups, as far as the authority may see them.
pub async fn run(connection: &Connection, arguments: cli::Name, json: bool) -> Result<(), Failure> {
    let name = notification_name(&arguments.name);
    let get = wire::GetNotificationRequest { name: name.clone() };
    let notification = connection.notifications().get_notification(get).await?.into_inner();
    let list =
        wire::ListTransmissionsRequest { parent: name.clone(), page_size: 500, page_token: String::new() };
    let transmissions = connection.transmissions().list_transmissions(list).await?.into_inner().transmissions;
    let list =
        wire::ListFollowUpsRequest { parent: name, page_size: 500, ..wire::ListFollowUpsRequest::default() };
    let follow_ups = connection.follow_ups().list_follow_ups(list).await?.into_inner().follow_ups;
    if json {
        output::json(&notification)?;
        transmissions.iter().try_for_each(output::json)?;
        return follow_ups.iter().try_for_each(output::json);
    }
    output::line(facts(&notification, connection.language()));
    if !transmissions.is_empty() {
        output::line("\ntransmissions");
        let mut table =
            output::table(&["to", "under", "state", "sent", "acknowledged", "reacted", "react before (UTC)"]);
        for transmission in &transmissions {
            table.add_row([
                transmission.recipient.clone(),
                transmission.arrangement.clone(),
                output::word(transmission.state().as_str_name(), "TRANSMISSION_STATE_"),
                output::time(transmission.send_time.as_ref()),
                output::time(transmission.acknowledge_time.as_ref()),
                output::time(transmission.first_reaction_time.as_ref()),
                output::time(transmission.due_time.as_ref()),
            ]);
        }
        output::line(table);
    }
    for follow_up in &follow_ups {
        output::line(format!("\nfollow-up of {}", follow_up.authority));
        let mut table = output::table(&["time (UTC)", "state", "note"]);
        for step in &follow_up.steps {
            table.add_row([
                output::time(step.step_time.as_ref()),
                output::word(step.state().as_str_name(), "FOLLOW_UP_STATE_"),
                step.note.clone(),
            ]);
        }
        output::line(table);
    }
    Ok(())
}

/// The facts that are there; what the reader may not see is simply absent.
fn facts(notification: &wire::Notification, language: Language) -> crate::table::Table {
    let general = notification.general.clone().unwrap_or_default();
    let product = notification.product.clone().unwrap_or_default();
    let traceability = notification.traceability.clone().unwrap_or_default();
    let risk = notification.risk.clone().unwrap_or_default();
    let online = notification.online.clone().unwrap_or_default();
    let operators = traceability.operators.iter().map(|operator| {
        let facts = [
            operator.operator_name.as_str(),
            &operator.address,
            &operator.country,
            &operator.credit_code,
            &operator.contact,
        ];
        let role = output::word(operator.role().as_str_name(), "OPERATOR_ROLE_");
        let known: Vec<&str> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        format!("{role}: {}", known.join(", "))
    });
    let units = product.units.iter().map(|unit| labels::unit_line(unit, language));
    let measures = notification.measures.iter().map(|measure| labels::measure_line(measure, language));
    let tests =
        risk.test_results.iter().map(|test| format!("{}: {} {}", test.standard, test.parameter, test.result));
    let listings = online.listings.iter().map(|listing| listing.url.clone());
    let findings =
        notification.findings.iter().map(|finding| format!("{}: {}", finding.field, finding.description));
    let rows = [
        ("name", notification.name.clone()),
        ("state", output::word(notification.state().as_str_name(), "NOTIFICATION_STATE_")),
        ("version", notification.version.to_string()),
        ("originator", notification.originator.clone()),
        ("status", output::word(notification.status().as_str_name(), "EVENT_STATUS_")),
        ("reference", general.reference.clone()),
        ("type", output::word(general.r#type().as_str_name(), "NOTIFICATION_TYPE_")),
        ("source", format!("{} {}", general.source, general.source_reference).trim().to_owned()),
        ("follows", general.follow_up_to.as_ref().map(followed_line).unwrap_or_default()),
        ("title", general.title.clone()),
        ("published with", general.joint_alerts.iter().map(alert_line).collect::<Vec<_>>().join("\n")),
        ("reacted", general.reacting_countries.join(", ")),
        ("case handler", general.case_handler.clone()),
        ("product", product_line(notification)),
        ("category", labels::category(&product, language)),
        ("models", product.models.join(", ")),
        ("barcodes", product.gtins.join(", ")),
        ("description", output::text_of(product.description.as_ref())),
        ("items", product.items_covered.clone()),
        ("units", units.collect::<Vec<_>>().join(", ")),
        ("made in", origin(notification)),
        ("operators", operators.collect::<Vec<_>>().join("\n")),
        ("sold", online_word(notification).to_owned()),
        ("listings", listings.collect::<Vec<_>>().join("\n")),
        ("risk", labels::risk_line(notification, language)),
        ("danger", output::text_of(risk.description.as_ref())),
        ("tests", tests.collect::<Vec<_>>().join("\n")),
        ("measures", measures.collect::<Vec<_>>().join("\n")),
        ("internal note", notification.internal_note.clone()),
        ("findings", findings.collect::<Vec<_>>().join("\n")),
        ("withdrawn", notification.withdraw_reason.clone()),
        ("changed", output::time(notification.update_time.as_ref())),
    ];
    let mut table = output::table(&[]);
    for (field, value) in rows.into_iter().filter(|(_, value)| !value.is_empty() && value != "unspecified") {
        table.add_row([field.to_owned(), value]);
    }
    table
}

fn followed_line(followed: &wire::FollowUpTo) -> String {
    let foreign = followed.foreign_alert.as_ref().map(alert_line).unwrap_or_default();
    format!("{} {foreign}", followed.notification).trim().to_owned()
}

fn alert_line(alert: &wire::ForeignAlert) -> String {
    let known = if alert.reference.is_empty() { &alert.url } else { &alert.reference };
    format!("{} {known}", alert.system)
}

#[cfg(test)]
mod tests {
    use seamless_proto::seamless::r#type::v1::{LanguageVersion, LocalizedText};

    use super::*;

    #[test]
    fn what_is_shown_is_called_as_reports_call_it_in_both_languages() {
        let text = |text: &str| {
            let version = LanguageVersion { text: text.to_owned(), ..LanguageVersion::default() };
            Some(LocalizedText { versions: vec![version] })
        };
        let notification = wire::Notification {
            product: Some(wire::Product {
                category: wire::ProductCategory::ElectricalAppliances.into(),
                units: vec![wire::UnitCount {
                    country: "DE".to_owned(),
                    count: 1200,
                    approximate: true,
                    kind: wire::UnitKind::Sold.into(),
                }],
                ..wire::Product::default()
            }),
            risk: Some(wire::Risk {
                types: vec![wire::RiskType::Fire.into(), wire::RiskType::ElectricShock.into()],
                presumed_serious: true,
                ..wire::Risk::default()
            }),
            measures: vec![
                wire::Measure {
                    action: wire::MeasureAction::RecallFromEndUsers.into(),
                    remedies: vec![wire::Remedy { kind: wire::RemedyKind::Refund.into(), note: None }],
                    ..wire::Measure::default()
                },
                wire::Measure { description: text("as told"), ..wire::Measure::default() },
            ],
            ..wire::Notification::default()
        };
        let shown = |language| facts(&notification, language).to_string();
        let lines = |shown: String| -> Vec<String> {
            let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            shown.lines().map(words).collect()
        };
        let english = lines(shown(Language::En));
        for line in [
            "category electrical appliances and equipment",
            "units DE about 1200 sold",
            "risk serious: fire, electric shock",
            "measures recall of the product from end users (refund)",
            "as told",
        ] {
            assert!(english.iter().any(|known| known == line), "{line}: {english:#?}");
        }
        let chinese = lines(shown(Language::Zh));
        for line in [
            "category 电器和电气设备",
            "units DE 约 1200 已售数量",
            "risk 严重: 火灾, 触电",
            "measures 从终端用户召回产品 (退款)",
        ] {
            assert!(chinese.iter().any(|known| known == line), "{line}: {chinese:#?}");
        }
    }
}
