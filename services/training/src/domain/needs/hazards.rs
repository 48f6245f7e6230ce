//! Hazards, by the words that people write for them.

use seamless_disclosure::Audience;
use seamless_vocabulary::Vocabulary;

use crate::domain::model::{ActivityContent, ProductAreaId, RiskType};

/// The hazard that a text names: the word of the contract, whatever its case, with spaces, hyphens or underscores. None for any
/// other text.
#[must_use]
pub fn hazard_of(text: &str) -> Option<RiskType> {
    let word = text.trim().to_lowercase().replace([' ', '-'], "_");
    (1..).map_while(RiskType::from_number).find(|hazard| hazard.word() == word)
}

/// What an activity is about, as far as somebody of this clearance sees it: its hazards, and those of its campaign that are
/// known, each once.
#[must_use]
pub fn hazards_of(content: &ActivityContent, clearance: Audience) -> Vec<RiskType> {
    let mut all = if content.shows("hazards", clearance) { content.hazards.clone() } else { Vec::new() };
    let campaign = content.campaign.as_ref().filter(|_| content.shows("campaign", clearance));
    let of_campaign = campaign.into_iter().flat_map(|campaign| &campaign.hazards);
    for hazard in of_campaign.filter_map(|text| hazard_of(text)) {
        if !all.contains(&hazard) {
            all.push(hazard);
        }
    }
    all
}

/// The product areas that an activity is about, as far as somebody of this clearance sees them.
#[must_use]
pub fn areas_of(content: &ActivityContent, clearance: Audience) -> &[ProductAreaId] {
    if content.shows("product_areas", clearance) { &content.product_areas } else { &[] }
}
