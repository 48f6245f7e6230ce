//! What a campaign or a joint surveillance is about, and who does what.

use jiff::civil::Date;
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{FormKey, ProductAreaId};

/// A campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<AuthorityId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<String>,
    /// Both days included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<(Date, Date)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<CampaignMessage>,
    pub sampling_plan: LocalizedText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned_samples: Vec<PlannedSamples>,
}

/// Something that it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignMessage {
    pub id: FormKey,
    pub text: LocalizedText,
    /// By language: where pictures and films are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<(LanguageTag, String)>,
}

/// How many samples somebody is to take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedSamples {
    pub authority: AuthorityId,
    pub product_area: ProductAreaId,
    pub count: u32,
}
