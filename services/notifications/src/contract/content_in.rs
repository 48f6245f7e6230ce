//! A notification's content from the wire into the domain.

use seamless_api::{Violations, violations::excerpt};
use seamless_disclosure::{Audience, Override};
use seamless_identifiers::PartialDate;
use seamless_proto::seamless::{disclosure::v1 as disclosure, notifications::v1 as wire};

use crate::domain::{
    audiences::FieldAudiences,
    model::{
        Content, DateRange, EconomicOperator, EventStatus, Finding, FindingSeverity, General, Listing,
        Measure, Online, Picture, Product, Risk, RiskScenario, Severity, TestResult, Traceability,
    },
};

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
        disclosures: disclosures_in(found, audiences, &format!("{at}.disclosures"), disclosures),
        internal_note: found.text(format!("{at}.internal_note"), internal_note, 10_000),
    }
}

/// Whether a new notification is meant; unspecified is taken as actual.
pub fn status_in(found: &mut Violations, field: &str, status: i32) -> EventStatus {
    found.vocabulary(field, status).unwrap_or(EventStatus::Actual)
}

fn general_in(found: &mut Violations, at: &str, general: wire::General) -> General {
    let source = found.text(format!("{at}.source"), general.source, 40);
    if !source.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        found.add(
            format!("{at}.source"),
            format!("wants lower-case letters, digits and hyphens; got {}", excerpt(&source)),
        );
    }
    General {
        reference: found.text(format!("{at}.reference"), general.reference, 100),
        kind: found.vocabulary(format!("{at}.type"), general.r#type),
        notifying_country: found.country(format!("{at}.notifying_country"), &general.notifying_country),
        notification_date: found.date(format!("{at}.notification_date"), general.notification_date),
        publication_date: found.date(format!("{at}.publication_date"), general.publication_date),
        source,
        source_reference: found.text(format!("{at}.source_reference"), general.source_reference, 200),
        source_url: found.url(format!("{at}.source_url"), general.source_url),
        title: found.line(format!("{at}.title"), general.title, 500),
        case_handler: found.text(format!("{at}.case_handler"), general.case_handler, 500),
    }
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
    }
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
    }
}

fn disclosures_in(
    found: &mut Violations,
    audiences: &dyn FieldAudiences,
    at: &str,
    disclosures: Vec<disclosure::FieldDisclosure>,
) -> Vec<Override> {
    let disclosures = found.bounded(at, disclosures, 100);
    let mut overrides: Vec<Override> = Vec::with_capacity(disclosures.len());
    for (index, disclosure) in disclosures.into_iter().enumerate() {
        let at = format!("{at}[{index}]");
        let path = disclosure.path;
        if audiences.audience(&path).is_none() {
            found.add(format!("{at}.path"), format!("a notification has no field {}", excerpt(&path)));
        } else if !is_disclosable(&path) {
            found.add(format!("{at}.path"), format!("the audience of {path} is fixed"));
        }
        if overrides.iter().any(|known| known.path == path) {
            found.add(format!("{at}.path"), format!("{path} is named twice"));
        }
        let reason = found.required_text(format!("{at}.reason"), disclosure.reason, 1_000);
        match u8::try_from(disclosure.audience)
            .ok()
            .and_then(|number| Audience::ALL.iter().find(|one| **one as u8 == number))
        {
            Some(audience) => overrides.push(Override { path, audience: *audience, reason }),
            None => {
                found.add(format!("{at}.audience"), "is required: PUBLIC, PARTIES, RECIPIENTS or ORIGINATOR")
            }
        }
    }
    overrides
}

/// The groups that the originator writes may be narrowed and widened; names, states and the disclosures themselves not.
fn is_disclosable(path: &str) -> bool {
    let group = path.split('.').next().unwrap_or_default();
    matches!(group, "general" | "product" | "traceability" | "online" | "risk" | "measures" | "internal_note")
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
