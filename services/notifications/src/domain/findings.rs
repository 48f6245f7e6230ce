//! Completeness: what a notification lacks before others can act on it.
//!
//! Errors keep it from being submitted; warnings tell what recipients miss most often when they look for the maker
//! (barcode, model, pictures, a manufacturer with an address).

use super::model::{
    Content, Finding, FindingSeverity, MeasureAction, NotificationType, OperatorRole, RiskLevel,
};

const FOLLOWED: &str = "general.follow_up_to";
const NAME_FOLLOWED: &str = "say which alert it follows: one here, or its number in another system";

/// Every shortcoming of the content, errors first.
#[must_use]
pub fn findings(content: &Content) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut check = |severity, holds: bool, field: &str, description: &str| {
        if !holds {
            findings.push(Finding { field: field.to_owned(), severity, description: description.to_owned() });
        }
    };
    let Content { general, product, traceability, online, risk, measures, .. } = content;
    let serious = general.kind == Some(NotificationType::SeriousRisk);
    let needs_measure = serious || general.kind == Some(NotificationType::OtherRisk);

    let error = FindingSeverity::Error;
    check(error, general.kind.is_some(), "general.type", "say which type of notification it is");
    check(
        error,
        general.notifying_country.is_some(),
        "general.notifying_country",
        "say which country notifies",
    );
    check(error, !product.product_name.versions().is_empty(), "product.product_name", "name the product");
    check(error, product.category.is_some(), "product.category", "choose a category");
    check(error, !risk.types.is_empty(), "risk.types", "name at least one type of risk");
    check(
        error,
        !serious || risk.presumed_serious || risk.level == Some(RiskLevel::Serious),
        "risk.level",
        "a serious-risk notification needs the level serious, or presumed_serious",
    );
    check(error, !needs_measure || !measures.is_empty(), "measures", "name at least one measure");

    let warning = FindingSeverity::Warning;
    check(warning, !lacks_followed(content), FOLLOWED, NAME_FOLLOWED);
    let has_identifier = !product.gtins.is_empty() || !product.models.is_empty();
    check(
        warning,
        has_identifier,
        "product.gtins",
        "a barcode or a model number lets others find the product",
    );
    check(
        warning,
        product.unparsed_barcodes.is_empty(),
        "product.unparsed_barcodes",
        "these are no valid barcodes",
    );
    check(warning, !product.brand.is_empty(), "product.brand", "the brand is missing");
    check(
        warning,
        !product.pictures.is_empty(),
        "product.pictures",
        "pictures of product and label are missing",
    );
    check(
        warning,
        !product.description.versions().is_empty(),
        "product.description",
        "the description is missing",
    );
    check(
        warning,
        !risk.description.versions().is_empty(),
        "risk.description",
        "say how the product can harm",
    );
    check(
        warning,
        traceability.countries_of_origin().next().is_some(),
        "traceability.country_of_origin",
        "without the country of origin it goes nowhere by itself",
    );
    let has_maker = traceability
        .operators
        .iter()
        .any(|operator| operator.role == OperatorRole::Manufacturer && !operator.address.is_empty());
    check(warning, has_maker, "traceability.operators", "a manufacturer with an address lets it be traced");
    check(warning, online.sold_online.is_some(), "online.sold_online", "say whether it is sold online");
    let names_listings = online.sold_online != Some(true) || !online.listings.is_empty();
    check(warning, names_listings, "online.listings", "sold online, but no listing is named");
    let recalled = measures.iter().any(|measure| measure.action == MeasureAction::RecallFromEndUsers);
    let tells_consumers = measures.iter().any(|measure| !measure.consumer_url.is_empty());
    check(
        warning,
        !recalled || tells_consumers,
        "measures.consumer_url",
        "a recall should name the page for consumers",
    );
    findings
}

/// True for a follow-up that does not say what it follows.
#[must_use]
pub fn lacks_followed(content: &Content) -> bool {
    content.general.kind == Some(NotificationType::FollowUp) && content.general.follow_up_to.is_none()
}

/// Those that stand in the way of a submission. More is asked of who submits than of what was found complete elsewhere,
/// or before it was asked: the sources of imports do not tell what a follow-up follows.
#[must_use]
pub fn errors_at_submission(content: &Content) -> Vec<Finding> {
    let mut errors = errors(content);
    if lacks_followed(content) {
        errors.push(Finding {
            field: FOLLOWED.to_owned(),
            severity: FindingSeverity::Error,
            description: NAME_FOLLOWED.to_owned(),
        });
    }
    errors
}

/// Those that stand in the way.
#[must_use]
pub fn errors(content: &Content) -> Vec<Finding> {
    findings(content).into_iter().filter(|finding| finding.severity == FindingSeverity::Error).collect()
}
