//! What a campaign is about, both ways.

use jiff::civil::Date;
use seamless_api::{Violations, violations::localized_out};
use seamless_identifiers::LanguageTag;
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use super::{
    proceedings_in::required_day_in,
    proceedings_out::day_out,
    session_in::{ids_in, key_in, number, required_text},
    session_out::count_out,
};
use crate::domain::model::{Campaign, CampaignMessage, PlannedSamples};

/// Parses what it is about.
pub(super) fn campaign_in(found: &mut Violations, at: &str, campaign: wire::Campaign) -> Campaign {
    let path = |name: &str| format!("{at}.{name}");
    let messages = found.bounded(path("messages"), campaign.messages, 50).into_iter().enumerate();
    let mut parsed: Vec<CampaignMessage> = Vec::new();
    for (index, message) in messages {
        let at = format!("{at}.messages[{index}]");
        let Some(message) = message_in(found, &at, message) else { continue };
        if parsed.iter().any(|known| known.id == message.id) {
            found.add(format!("{at}.id"), format!("{} is the id of another message", message.id));
        }
        parsed.push(message);
    }
    let planned = found.bounded(path("planned_samples"), campaign.planned_samples, 200);
    let planned = planned.into_iter().enumerate();
    let planned_samples = planned
        .filter_map(|(index, one)| planned_in(found, &format!("{at}.planned_samples[{index}]"), one))
        .collect();
    Campaign {
        participants: ids_in(found, &path("participants"), &campaign.participants, 50),
        products: found.texts(path("products"), campaign.products, 50, 200),
        hazards: found.texts(path("hazards"), campaign.hazards, 20, 100),
        period: campaign.period.and_then(|period| period_in(found, &path("period"), period)),
        messages: parsed,
        sampling_plan: found.localized(&path("sampling_plan"), campaign.sampling_plan, 5_000),
        planned_samples,
    }
}

fn message_in(found: &mut Violations, at: &str, message: wire::CampaignMessage) -> Option<CampaignMessage> {
    let id = key_in(found, &format!("{at}.id"), &message.id);
    let text = required_text(found, &format!("{at}.text"), message.text, 2_000);
    let assets = found.bounded(format!("{at}.assets"), message.assets, 20).into_iter().enumerate();
    let assets = assets
        .filter_map(|(index, asset)| {
            let at = format!("{at}.assets[{index}]");
            for (field, text) in [("language", &asset.language), ("link", &asset.link)] {
                if text.is_empty() {
                    found.add(format!("{at}.{field}"), "is required");
                }
            }
            let language = found.parsed(format!("{at}.language"), &asset.language, LanguageTag::parse);
            let link = found.url(format!("{at}.link"), asset.link);
            Some((language?, link))
        })
        .collect();
    Some(CampaignMessage { id: id?, text, assets })
}

fn planned_in(found: &mut Violations, at: &str, one: wire::PlannedSamples) -> Option<PlannedSamples> {
    for (field, text) in [("authority", &one.authority), ("product_area", &one.product_area)] {
        if text.is_empty() {
            found.add(format!("{at}.{field}"), "is required");
        }
    }
    let authority = found.parsed(format!("{at}.authority"), &one.authority, str::parse);
    let product_area = found.parsed(format!("{at}.product_area"), &one.product_area, str::parse);
    let count = number(found, &format!("{at}.count"), one.count, 1..=1_000_000);
    Some(PlannedSamples { authority: authority?, product_area: product_area?, count })
}

fn period_in(found: &mut Violations, at: &str, period: value::CivilDateRange) -> Option<(Date, Date)> {
    let start = required_day_in(found, &format!("{at}.start"), period.start);
    let end = required_day_in(found, &format!("{at}.end"), period.end);
    let (start, end) = start.zip(end)?;
    if end < start {
        found.add(format!("{at}.end"), format!("{end} lies before the start, {start}"));
    }
    Some((start, end))
}

/// What it is about, for the wire.
pub(super) fn campaign_out(campaign: &Campaign) -> wire::Campaign {
    let planned_out = |one: &PlannedSamples| wire::PlannedSamples {
        authority: one.authority.to_string(),
        product_area: one.product_area.to_string(),
        count: count_out(one.count),
    };
    let range_out = |(start, end): (Date, Date)| value::CivilDateRange {
        start: Some(day_out(start)),
        end: Some(day_out(end)),
    };
    wire::Campaign {
        participants: campaign.participants.iter().map(ToString::to_string).collect(),
        products: campaign.products.clone(),
        hazards: campaign.hazards.clone(),
        period: campaign.period.map(range_out),
        messages: campaign.messages.iter().map(message_out).collect(),
        sampling_plan: localized_out(&campaign.sampling_plan),
        planned_samples: campaign.planned_samples.iter().map(planned_out).collect(),
    }
}

fn message_out(message: &CampaignMessage) -> wire::CampaignMessage {
    let asset_out = |(language, link): &(LanguageTag, String)| wire::CampaignAsset {
        language: language.to_string(),
        link: link.clone(),
    };
    wire::CampaignMessage {
        id: message.id.to_string(),
        text: localized_out(&message.text),
        assets: message.assets.iter().map(asset_out).collect(),
    }
}
