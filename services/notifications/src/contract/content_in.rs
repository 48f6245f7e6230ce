//! A notification's content from the wire into the domain.

use seamless_api::{Disclosable, Violations, violations::excerpt};
use seamless_identifiers::{CountryCode, PartialDate};
use seamless_proto::seamless::notifications::v1 as wire;

use super::NotificationName;
use crate::domain::{
    audiences::FieldAudiences,
    model::{
        Content, DateRange, EconomicOperator, EventStatus, Finding, FindingSeverity, FollowUpTo,
        ForeignAlert, General, Listing, Measure, NotificationType, Online, Picture, Product, Remedy,
        RemedyKind, Risk, RiskScenario, Severity, TestResult, Traceability, UnitCount,
    },
};

/// The largest number of items that a count may have.
const MOST_UNITS: u64 = 1_000_000_000_000;

/// Parses what the originator writes; output-only fields are ignored. `at` is the path of the notification in the
/// request, for messages.
pub fn content_in(
    found: &mut Violations,
    audiences: &dyn FieldAudiences,
    at: &str,
    notification: wire::Notification,
) -> Content {
    let wire::Notification {
        general,
        product,
        traceability,
        online,
        risk,
        measures,
        disclosures,
        internal_note,
        ..
    } = notification;
    let disclosable = Disclosable {
        record: "a notification",
        most: 100,
        is_field: &|path| audiences.audience(path).is_some(),
        is_fixed: &is_fixed,
    };
    let measures = found.bounded(format!("{at}.measures"), measures, 50);
    let measures = measures.into_iter().enumerate();
    Content {
        general: general_in(found, &format!("{at}.general"), general.unwrap_or_default()),
        product: product_in(found, &format!("{at}.product"), product.unwrap_or_default()),
        traceability: traceability_in(found, &format!("{at}.traceability"), traceability.unwrap_or_default()),
        online: online_in(found, &format!("{at}.online"), online.unwrap_or_default()),
        risk: risk_in(found, &format!("{at}.risk"), risk.unwrap_or_default()),
        measures: measures
            .map(|(index, measure)| measure_in(found, &format!("{at}.measures[{index}]"), measure))
            .collect(),
        disclosures: disclosable.parse(found, &format!("{at}.disclosures"), disclosures),
        internal_note: found.text(format!("{at}.internal_note"), internal_note, 10_000),
    }
}

/// Whether a new notification is meant; unspecified is taken as actual.
pub fn status_in(found: &mut Violations, field: &str, status: i32) -> EventStatus {
    found.vocabulary(field, status).unwrap_or(EventStatus::Actual)
}

fn general_in(found: &mut Violations, at: &str, general: wire::General) -> General {
    let source = system_in(found, &format!("{at}.source"), general.source);
    let kind = found.vocabulary(format!("{at}.type"), general.r#type);
    // One without anything in it says nothing.
    let followed = general.follow_up_to.filter(|followed| *followed != wire::FollowUpTo::default());
    let follow_up_to = followed.map(|followed| {
        let at = format!("{at}.follow_up_to");
        if kind.is_some_and(|kind| kind != NotificationType::FollowUp) {
            found.add(&at, "is for the type FOLLOW_UP alone");
        }
        followed_in(found, &at, followed)
    });
    let joint_alerts = found.bounded(format!("{at}.joint_alerts"), general.joint_alerts, 20);
    let joint_alerts = joint_alerts.into_iter().enumerate();
    General {
        reference: found.text(format!("{at}.reference"), general.reference, 100),
        kind,
        notifying_country: found.country(format!("{at}.notifying_country"), &general.notifying_country),
        notification_date: found.date(format!("{at}.notification_date"), general.notification_date),
        publication_date: found.date(format!("{at}.publication_date"), general.publication_date),
        source,
        source_reference: found.text(format!("{at}.source_reference"), general.source_reference, 200),
        source_url: found.url(format!("{at}.source_url"), general.source_url),
        title: found.line(format!("{at}.title"), general.title, 500),
        case_handler: found.text(format!("{at}.case_handler"), general.case_handler, 500),
        follow_up_to,
        title_texts: found.localized(&format!("{at}.title_texts"), general.title_texts, 500),
        joint_alerts: joint_alerts
            .map(|(index, alert)| foreign_alert_in(found, &format!("{at}.joint_alerts[{index}]"), alert))
            .collect(),
        last_publication_date: found
            .date(format!("{at}.last_publication_date"), general.last_publication_date),
        reacting_countries: each_once(found.countries(
            format!("{at}.reacting_countries"),
            &general.reacting_countries,
            250,
        )),
    }
}

/// The name of a system that records come from.
fn system_in(found: &mut Violations, field: &str, system: String) -> String {
    let system = found.text(field, system, 40);
    if !system.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        found.add(field, format!("wants lower-case letters, digits and hyphens; got {}", excerpt(&system)));
    }
    system
}

fn followed_in(found: &mut Violations, at: &str, followed: wire::FollowUpTo) -> FollowUpTo {
    let wire::FollowUpTo { notification, foreign_alert } = followed;
    let name = match notification.as_str() {
        "" => None,
        name => found.name::<NotificationName>(&format!("{at}.notification"), name),
    };
    FollowUpTo {
        notification: name.map(|name| name.0),
        foreign_alert: foreign_alert
            .map(|alert| foreign_alert_in(found, &format!("{at}.foreign_alert"), alert)),
    }
}

fn foreign_alert_in(found: &mut Violations, at: &str, alert: wire::ForeignAlert) -> ForeignAlert {
    if alert.system.is_empty() {
        found.add(format!("{at}.system"), "is required");
    }
    if alert.reference.is_empty() && alert.url.is_empty() {
        found.add(at, "wants a reference or an url");
    }
    ForeignAlert {
        system: system_in(found, &format!("{at}.system"), alert.system),
        reference: found.text(format!("{at}.reference"), alert.reference, 200),
        url: found.url(format!("{at}.url"), alert.url),
    }
}

fn each_once(countries: Vec<CountryCode>) -> Vec<CountryCode> {
    let mut once = Vec::with_capacity(countries.len());
    for country in countries {
        if !once.contains(&country) {
            once.push(country);
        }
    }
    once
}

fn product_in(found: &mut Violations, at: &str, product: wire::Product) -> Product {
    let pictures = found.bounded(format!("{at}.pictures"), product.pictures, 50);
    let pictures = pictures.into_iter().enumerate();
    Product {
        product_name: found.localized_line(&format!("{at}.product_name"), product.product_name, 500),
        brand: found.text(format!("{at}.brand"), product.brand, 200),
        models: found.texts(format!("{at}.models"), product.models, 100, 200),
        batch_numbers: found.texts(format!("{at}.batch_numbers"), product.batch_numbers, 100, 200),
        gtins: found.gtins(format!("{at}.gtins"), &product.gtins, 100),
        unparsed_barcodes: found.texts(
            format!("{at}.unparsed_barcodes"),
            product.unparsed_barcodes,
            100,
            200,
        ),
        production_dates: found
            .date_range(&format!("{at}.production_dates"), product.production_dates)
            .map(|(start, end)| DateRange { start, end }),
        category: found.vocabulary(format!("{at}.category"), product.category),
        category_note: found.text(format!("{at}.category_note"), product.category_note, 200),
        commodity_code: found.commodity_code(format!("{at}.commodity_code"), &product.commodity_code),
        description: found.localized(&format!("{at}.description"), product.description, 10_000),
        packaging_description: found.localized(
            &format!("{at}.packaging_description"),
            product.packaging_description,
            5_000,
        ),
        items_covered: found.text(format!("{at}.items_covered"), product.items_covered, 1_000),
        pictures: pictures
            .map(|(index, picture)| {
                let at = format!("{at}.pictures[{index}]");
                if picture.uri.is_empty() {
                    found.add(format!("{at}.uri"), "is required");
                }
                Picture {
                    uri: found.url(format!("{at}.uri"), picture.uri),
                    caption: found.text(format!("{at}.caption"), picture.caption, 500),
                }
            })
            .collect(),
        counterfeit: product.counterfeit,
        units: units_in(found, &format!("{at}.units"), product.units),
        items_covered_texts: found.localized(
            &format!("{at}.items_covered_texts"),
            product.items_covered_texts,
            1_000,
        ),
    }
}

fn units_in(found: &mut Violations, at: &str, units: Vec<wire::UnitCount>) -> Vec<UnitCount> {
    let units = found.bounded(at, units, 250);
    let mut counts: Vec<UnitCount> = Vec::with_capacity(units.len());
    for (index, unit) in units.into_iter().enumerate() {
        let at = format!("{at}[{index}]");
        let kind = found.required_vocabulary(format!("{at}.kind"), unit.kind);
        let country = found.country(format!("{at}.country"), &unit.country);
        let count = u64::try_from(unit.count).ok().filter(|count| *count <= MOST_UNITS);
        if count.is_none() {
            found.add(format!("{at}.count"), format!("wants 0 to {MOST_UNITS}; got {}", unit.count));
        }
        if unit.kind != 0 && counts.iter().any(|known| known.kind == kind && known.country == country) {
            found.add(&at, "counts what an earlier item counts: each kind once for a country");
        }
        counts.push(UnitCount {
            kind,
            country,
            count: count.unwrap_or_default(),
            approximate: unit.approximate,
        });
    }
    counts
}

fn traceability_in(found: &mut Violations, at: &str, traceability: wire::Traceability) -> Traceability {
    let operators = found.bounded(format!("{at}.operators"), traceability.operators, 50);
    let operators = operators.into_iter().enumerate();
    Traceability {
        country_of_origin: found.country(format!("{at}.country_of_origin"), &traceability.country_of_origin),
        origin_note: found.text(format!("{at}.origin_note"), traceability.origin_note, 200),
        destinations: found.countries(format!("{at}.destinations"), &traceability.destinations, 250),
        operators: operators
            .map(|(index, operator)| operator_in(found, &format!("{at}.operators[{index}]"), operator))
            .collect(),
        additional_countries_of_origin: each_once(found.countries(
            format!("{at}.additional_countries_of_origin"),
            &traceability.additional_countries_of_origin,
            20,
        )),
    }
}

/// Parses an economic operator.
pub fn operator_in(found: &mut Violations, at: &str, operator: wire::EconomicOperator) -> EconomicOperator {
    let role = found.required_vocabulary(format!("{at}.role"), operator.role);
    EconomicOperator {
        role,
        operator_name: found.required_text(format!("{at}.operator_name"), operator.operator_name, 300),
        country: found.country(format!("{at}.country"), &operator.country),
        address: found.text(format!("{at}.address"), operator.address, 1_000),
        contact: found.text(format!("{at}.contact"), operator.contact, 500),
        website: found.text(format!("{at}.website"), operator.website, 2_000),
        credit_code: found.credit_code(format!("{at}.credit_code"), &operator.credit_code),
        eori: found.text(format!("{at}.eori"), operator.eori, 17),
        vat_number: found.text(format!("{at}.vat_number"), operator.vat_number, 20),
    }
}

fn online_in(found: &mut Violations, at: &str, online: wire::Online) -> Online {
    let listings = found.bounded(format!("{at}.listings"), online.listings, 200);
    let listings = listings.into_iter().enumerate();
    Online {
        sold_online: online.sold_online,
        listings: listings
            .map(|(index, listing)| {
                let at = format!("{at}.listings[{index}]");
                if listing.url.is_empty() {
                    found.add(format!("{at}.url"), "is required");
                }
                Listing {
                    url: found.url(format!("{at}.url"), listing.url),
                    marketplace: found.text(format!("{at}.marketplace"), listing.marketplace, 200),
                    seller: found.text(format!("{at}.seller"), listing.seller, 300),
                    first_seen: found.date(format!("{at}.first_seen"), listing.first_seen),
                    live: listing.live,
                }
            })
            .collect(),
    }
}

/// Parses an assessment of a risk.
pub fn risk_in(found: &mut Violations, at: &str, risk: wire::Risk) -> Risk {
    let scenarios = found.bounded(format!("{at}.scenarios"), risk.scenarios, 50);
    let test_results = found.bounded(format!("{at}.test_results"), risk.test_results, 200);
    let test_results = test_results.into_iter().enumerate();
    let scenarios = scenarios.into_iter().enumerate();
    Risk {
        types: found.vocabularies(format!("{at}.types"), &risk.types, 21),
        type_note: found.text(format!("{at}.type_note"), risk.type_note, 500),
        level: found.vocabulary(format!("{at}.level"), risk.level),
        description: found.localized(&format!("{at}.description"), risk.description, 10_000),
        provisions_not_met: found.texts(
            format!("{at}.provisions_not_met"),
            risk.provisions_not_met,
            100,
            500,
        ),
        test_results: test_results
            .map(|(index, test)| {
                let at = format!("{at}.test_results[{index}]");
                TestResult {
                    standard: found.required_text(format!("{at}.standard"), test.standard, 200),
                    laboratory: found.text(format!("{at}.laboratory"), test.laboratory, 300),
                    parameter: found.text(format!("{at}.parameter"), test.parameter, 200),
                    result: found.text(format!("{at}.result"), test.result, 500),
                    limit: found.text(format!("{at}.limit"), test.limit, 200),
                    passed: test.passed,
                }
            })
            .collect(),
        scenarios: scenarios
            .map(|(index, scenario)| scenario_in(found, &format!("{at}.scenarios[{index}]"), scenario))
            .collect(),
        incidents: found.text(format!("{at}.incidents"), risk.incidents, 5_000),
        injury_count: risk.injury_count.and_then(|count| {
            u32::try_from(count)
                .map_err(|_| found.add(format!("{at}.injury_count"), format!("wants 0 or more; got {count}")))
                .ok()
        }),
        presumed_serious: risk.presumed_serious,
        incidents_texts: found.localized(&format!("{at}.incidents_texts"), risk.incidents_texts, 5_000),
    }
}

fn scenario_in(found: &mut Violations, at: &str, scenario: wire::RiskScenario) -> RiskScenario {
    let probability = scenario.probability;
    if !(probability > 0.0 && probability <= 1.0) {
        found.add(
            format!("{at}.probability"),
            format!("wants a number above 0, at most 1; got {probability}"),
        );
    }
    let severity = Severity::from_repr(scenario.severity);
    if severity.is_none() {
        found.add(format!("{at}.severity"), format!("wants 1 to 4; got {}", scenario.severity));
    }
    RiskScenario {
        description: found.required_text(format!("{at}.description"), scenario.description, 2_000),
        severity: severity.unwrap_or(Severity::Minor),
        probability,
    }
}

/// Parses a measure.
pub fn measure_in(found: &mut Violations, at: &str, measure: wire::Measure) -> Measure {
    let effective_date = found.date(format!("{at}.effective_date"), measure.effective_date);
    let end_date: Option<PartialDate> = found.date(format!("{at}.end_date"), measure.end_date);
    if let (Some(first), Some(last)) = (&effective_date, &end_date)
        && last < first
    {
        found.add(format!("{at}.end_date"), format!("{last} lies before the effective date, {first}"));
    }
    Measure {
        action: found.required_vocabulary(format!("{at}.action"), measure.action),
        obligation: found.vocabulary(format!("{at}.obligation"), measure.obligation),
        ordered_by: found.text(format!("{at}.ordered_by"), measure.ordered_by, 300),
        addressed_to: found.text(format!("{at}.addressed_to"), measure.addressed_to, 300),
        effective_date,
        end_date,
        scope: found.text(format!("{at}.scope"), measure.scope, 300),
        description: found.localized(&format!("{at}.description"), measure.description, 5_000),
        consumer_url: found.url(format!("{at}.consumer_url"), measure.consumer_url),
        remedies: remedies_in(found, &format!("{at}.remedies"), measure.remedies),
    }
}

fn remedies_in(found: &mut Violations, at: &str, remedies: Vec<wire::Remedy>) -> Vec<Remedy> {
    let remedies = found.bounded(at, remedies, 20);
    let mut offered: Vec<Remedy> = Vec::with_capacity(remedies.len());
    for (index, remedy) in remedies.into_iter().enumerate() {
        let at = format!("{at}[{index}]");
        let is_given = remedy.kind != 0;
        let kind = found.required_vocabulary(format!("{at}.kind"), remedy.kind);
        let (field, is_other) = (format!("{at}.note"), is_given && kind == RemedyKind::Other);
        let note = match is_other {
            true => found.required_localized(&field, remedy.note, 500),
            false => found.localized(&field, remedy.note, 500),
        };
        if is_given && !is_other && offered.iter().any(|known| known.kind == kind) {
            found.add(format!("{at}.kind"), "is named twice");
        }
        offered.push(Remedy { kind, note });
    }
    offered
}

/// The groups that the originator writes may be narrowed and widened; names, states and the disclosures themselves not.
fn is_fixed(group: &str) -> bool {
    !matches!(
        group,
        "general" | "product" | "traceability" | "online" | "risk" | "measures" | "internal_note"
    )
}

/// Parses the contact point's findings.
pub fn findings_in(
    found: &mut Violations,
    audiences: &dyn FieldAudiences,
    findings: Vec<wire::Finding>,
) -> Vec<Finding> {
    let findings = found.bounded("findings", findings, 100);
    let findings = findings.into_iter().enumerate();
    findings
        .map(|(index, finding)| {
            let at = format!("findings[{index}]");
            if !finding.field.is_empty() && audiences.audience(&finding.field).is_none() {
                found.add(
                    format!("{at}.field"),
                    format!("a notification has no field {}", excerpt(&finding.field)),
                );
            }
            Finding {
                field: finding.field,
                severity: found
                    .vocabulary(format!("{at}.severity"), finding.severity)
                    .unwrap_or(FindingSeverity::Error),
                description: found.required_text(format!("{at}.description"), finding.description, 1_000),
            }
        })
        .collect()
}
