//! Records of the domain onto the wire, whole: redaction for the reader comes after.

pub use seamless_api::etag_out;
use seamless_api::violations::{date_out, localized_out, timestamp_out};
use seamless_proto::seamless::{
    disclosure::v1 as disclosure, notifications::v1 as wire, r#type::v1 as value,
};

use crate::domain::model::{
    Content, DateRange, EconomicOperator, Finding, FollowUp, ForeignAlert, General, Measure, Notification,
    Online, Product, Risk, Traceability, Tracing, TracingOutcome, Transmission, level_of, notification_name,
};

/// A notification with every field that it has.
#[must_use]
pub fn notification_out(notification: &Notification) -> wire::Notification {
    let content = &notification.content;
    wire::Notification {
        name: notification.name(),
        uid: notification.id.to_string(),
        create_time: Some(timestamp_out(notification.create_time)),
        update_time: Some(timestamp_out(notification.update_time)),
        etag: etag_out(notification.revision),
        state: notification.state as i32,
        version: i32::try_from(notification.version).unwrap_or(i32::MAX),
        originator: notification.originator.to_string(),
        status: notification.status as i32,
        findings: notification.findings.iter().map(finding_out).collect(),
        withdraw_reason: notification.withdraw_reason.clone().unwrap_or_default(),
        duplicate_of: notification.duplicate_of.map(notification_name).unwrap_or_default(),
        ..content_out(content)
    }
}

/// What the originator writes, as a notification without the rest.
#[must_use]
pub fn content_out(content: &Content) -> wire::Notification {
    wire::Notification {
        general: Some(general_out(&content.general)),
        product: Some(product_out(&content.product)),
        traceability: Some(traceability_out(&content.traceability)),
        online: Some(online_out(&content.online)),
        risk: Some(risk_out(&content.risk)),
        measures: content.measures.iter().map(measure_out).collect(),
        disclosures: content
            .disclosures
            .iter()
            .map(|disclosure| disclosure::FieldDisclosure {
                path: disclosure.path.clone(),
                audience: disclosure.audience as i32,
                reason: disclosure.reason.clone(),
            })
            .collect(),
        internal_note: content.internal_note.clone(),
        ..wire::Notification::default()
    }
}

/// A finding.
#[must_use]
pub fn finding_out(finding: &Finding) -> wire::Finding {
    wire::Finding {
        field: finding.field.clone(),
        severity: finding.severity as i32,
        description: finding.description.clone(),
    }
}

fn general_out(general: &General) -> wire::General {
    wire::General {
        reference: general.reference.clone(),
        r#type: general.kind.map_or(0, |kind| kind as i32),
        notifying_country: text_of(general.notifying_country.as_ref()),
        notification_date: general.notification_date.as_ref().map(date_out),
        publication_date: general.publication_date.as_ref().map(date_out),
        source: general.source.clone(),
        source_reference: general.source_reference.clone(),
        source_url: general.source_url.clone(),
        title: general.title.clone(),
        case_handler: general.case_handler.clone(),
        follow_up_to: general.follow_up_to.as_ref().map(|followed| wire::FollowUpTo {
            notification: followed.notification.map(notification_name).unwrap_or_default(),
            foreign_alert: followed.foreign_alert.as_ref().map(foreign_alert_out),
        }),
        title_texts: localized_out(&general.title_texts),
        joint_alerts: general.joint_alerts.iter().map(foreign_alert_out).collect(),
        last_publication_date: general.last_publication_date.as_ref().map(date_out),
        reacting_countries: general.reacting_countries.iter().map(ToString::to_string).collect(),
    }
}

fn foreign_alert_out(alert: &ForeignAlert) -> wire::ForeignAlert {
    let ForeignAlert { system, reference, url } = alert.clone();
    wire::ForeignAlert { system, reference, url }
}

fn range_out(range: &DateRange) -> value::CivilDateRange {
    value::CivilDateRange { start: range.start.as_ref().map(date_out), end: range.end.as_ref().map(date_out) }
}

fn product_out(product: &Product) -> wire::Product {
    wire::Product {
        product_name: localized_out(&product.product_name),
        brand: product.brand.clone(),
        models: product.models.clone(),
        batch_numbers: product.batch_numbers.clone(),
        gtins: product.gtins.iter().map(ToString::to_string).collect(),
        unparsed_barcodes: product.unparsed_barcodes.clone(),
        production_dates: product.production_dates.as_ref().map(range_out),
        category: product.category.map_or(0, |category| category as i32),
        category_note: product.category_note.clone(),
        commodity_code: text_of(product.commodity_code.as_ref()),
        description: localized_out(&product.description),
        packaging_description: localized_out(&product.packaging_description),
        items_covered: product.items_covered.clone(),
        pictures: product
            .pictures
            .iter()
            .map(|picture| wire::Picture { uri: picture.uri.clone(), caption: picture.caption.clone() })
            .collect(),
        counterfeit: product.counterfeit,
        units: product
            .units
            .iter()
            .map(|unit| wire::UnitCount {
                kind: unit.kind as i32,
                country: text_of(unit.country.as_ref()),
                count: i64::try_from(unit.count).unwrap_or(i64::MAX),
                approximate: unit.approximate,
            })
            .collect(),
        items_covered_texts: localized_out(&product.items_covered_texts),
    }
}

fn traceability_out(traceability: &Traceability) -> wire::Traceability {
    wire::Traceability {
        country_of_origin: text_of(traceability.country_of_origin.as_ref()),
        origin_note: traceability.origin_note.clone(),
        destinations: traceability.destinations.iter().map(ToString::to_string).collect(),
        operators: traceability.operators.iter().map(operator_out).collect(),
        additional_countries_of_origin: traceability
            .additional_countries_of_origin
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}

/// An economic operator.
#[must_use]
pub fn operator_out(operator: &EconomicOperator) -> wire::EconomicOperator {
    wire::EconomicOperator {
        role: operator.role as i32,
        operator_name: operator.operator_name.clone(),
        country: text_of(operator.country.as_ref()),
        address: operator.address.clone(),
        contact: operator.contact.clone(),
        website: operator.website.clone(),
        credit_code: text_of(operator.credit_code.as_ref()),
        eori: operator.eori.clone(),
        vat_number: operator.vat_number.clone(),
    }
}

fn online_out(online: &Online) -> wire::Online {
    wire::Online {
        sold_online: online.sold_online,
        listings: online
            .listings
            .iter()
            .map(|listing| wire::Listing {
                url: listing.url.clone(),
                marketplace: listing.marketplace.clone(),
                seller: listing.seller.clone(),
                first_seen: listing.first_seen.as_ref().map(date_out),
                live: listing.live,
            })
            .collect(),
    }
}

pub(super) fn risk_out(risk: &Risk) -> wire::Risk {
    wire::Risk {
        types: risk.types.iter().map(|kind| *kind as i32).collect(),
        type_note: risk.type_note.clone(),
        level: risk.level.map_or(0, |level| level as i32),
        description: localized_out(&risk.description),
        provisions_not_met: risk.provisions_not_met.clone(),
        test_results: risk
            .test_results
            .iter()
            .map(|test| wire::TestResult {
                standard: test.standard.clone(),
                laboratory: test.laboratory.clone(),
                parameter: test.parameter.clone(),
                result: test.result.clone(),
                limit: test.limit.clone(),
                passed: test.passed,
            })
            .collect(),
        scenarios: risk
            .scenarios
            .iter()
            .map(|scenario| wire::RiskScenario {
                description: scenario.description.clone(),
                severity: scenario.severity as i32,
                probability: scenario.probability,
                level: level_of(scenario.severity, scenario.probability) as i32,
            })
            .collect(),
        incidents: risk.incidents.clone(),
        injury_count: risk.injury_count.map(|count| i32::try_from(count).unwrap_or(i32::MAX)),
        presumed_serious: risk.presumed_serious,
        incidents_texts: localized_out(&risk.incidents_texts),
    }
}

fn measure_out(measure: &Measure) -> wire::Measure {
    wire::Measure {
        action: measure.action as i32,
        obligation: measure.obligation.map_or(0, |obligation| obligation as i32),
        ordered_by: measure.ordered_by.clone(),
        addressed_to: measure.addressed_to.clone(),
        effective_date: measure.effective_date.as_ref().map(date_out),
        end_date: measure.end_date.as_ref().map(date_out),
        scope: measure.scope.clone(),
        description: localized_out(&measure.description),
        consumer_url: measure.consumer_url.clone(),
        adopt_time: None,
        remedies: measure
            .remedies
            .iter()
            .map(|remedy| wire::Remedy { kind: remedy.kind as i32, note: localized_out(&remedy.note) })
            .collect(),
    }
}

/// A transmission.
#[must_use]
pub fn transmission_out(transmission: &Transmission) -> wire::Transmission {
    wire::Transmission {
        name: transmission.name(),
        notification: format!("notifications/{}", transmission.notification),
        recipient: transmission.recipient.to_string(),
        sender: transmission.sender.to_string(),
        originator: transmission.originator.to_string(),
        arrangement: transmission.arrangement.to_string(),
        state: transmission.state as i32,
        automatic: transmission.automatic,
        version: i32::try_from(transmission.version).unwrap_or(i32::MAX),
        send_time: Some(timestamp_out(transmission.send_time)),
        acknowledge_time: transmission.acknowledge_time.map(timestamp_out),
        first_reaction_time: transmission.first_reaction_time.map(timestamp_out),
        due_time: transmission.deadline.as_ref().map(|deadline| timestamp_out(deadline.due)),
        deadline_rule: transmission
            .deadline
            .as_ref()
            .map(|deadline| deadline.rule.clone())
            .unwrap_or_default(),
        etag: etag_out(transmission.revision),
        status: transmission.status as i32,
    }
}

/// A follow-up with every field that it has.
#[must_use]
pub fn follow_up_out(follow_up: &FollowUp) -> wire::FollowUp {
    wire::FollowUp {
        name: follow_up.name(),
        transmission: format!(
            "notifications/{}/transmissions/{}",
            follow_up.notification, follow_up.authority
        ),
        authority: follow_up.authority.to_string(),
        state: follow_up.state as i32,
        tracing: follow_up.tracing.as_ref().map(tracing_out),
        measures: follow_up
            .measures
            .iter()
            .zip(follow_up.adoption_times().map(Some).chain(std::iter::repeat(None)))
            .map(|(measure, time)| wire::Measure {
                adopt_time: time.map(timestamp_out),
                ..measure_out(measure)
            })
            .collect(),
        no_measure: follow_up.no_measure.as_ref().map(|no_measure| wire::NoMeasure {
            reason: no_measure.reason as i32,
            note: no_measure.note.clone(),
        }),
        steps: follow_up
            .steps
            .iter()
            .map(|step| wire::FollowUpStep {
                state: step.state as i32,
                step_time: Some(timestamp_out(step.time)),
                principal: step.principal.clone(),
                note: step.note.clone(),
            })
            .collect(),
        create_time: Some(timestamp_out(follow_up.create_time)),
        update_time: Some(timestamp_out(follow_up.update_time)),
        etag: etag_out(follow_up.revision),
        status: follow_up.status as i32,
        internal_note: follow_up.internal_notes.join("\n"),
        send_time: follow_up.sending.map(timestamp_out),
    }
}

fn tracing_out(tracing: &Tracing) -> wire::Tracing {
    let (manufacturer, reason) = match &tracing.outcome {
        TracingOutcome::Traced(manufacturer) => (Some(operator_out(manufacturer)), 0),
        TracingOutcome::NotTraced(reason) => (None, *reason as i32),
    };
    wire::Tracing {
        traced: manufacturer.is_some(),
        manufacturer,
        not_traced_reason: reason,
        note: tracing.note.clone(),
        missing_fields: tracing.missing_fields.clone(),
    }
}

fn text_of(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}
