//! Plans, selections, estimates and models onto the wire.

use seamless_api::violations::timestamp_out;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{etag_out, probability_out};
use crate::domain::{
    closed_plans::{ChosenCount, ClosedPlan},
    event::ModelChange,
    hit_rates::{HitRates, LaneEstimate},
    model::{Plan, RiskModel, model_name},
    model_accuracy::Accuracy,
    pilot::{Checks, EntryPoint, ProductArea},
    ports::Selected,
    use_cases::Comparison,
};

/// What readers of estimates must know.
const ESTIMATE_CAVEAT: &str = "Not examined is not unsafe. Rates rest on examinations with an outcome: each that a draw \
     chose counts for the inverse of its logged probability. Goods that arrived while no random examination was left had \
     no chance to be examined, and nothing is said of them. What officers chose on their own is in no rate. Outcomes that are \
     not recorded yet are missing.";
/// What users of a model must know.
const MODEL_CAVEAT: &str = "Outcomes come from goods that were chosen for examination, not from all that arrived. Each \
     counts for the inverse of the probability with which it was chosen; goods that had no chance to be examined are not \
     represented.";

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn long(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// An entry point.
#[must_use]
pub fn entry_point_out(entry_point: &EntryPoint) -> wire::EntryPoint {
    wire::EntryPoint {
        name: format!("entryPoints/{}", entry_point.id),
        display_name: entry_point.name.clone(),
        authority: entry_point.authority.to_string(),
        time_zone: entry_point.zone_name.clone(),
    }
}

/// A product area.
#[must_use]
pub fn product_area_out(area: &ProductArea) -> wire::ProductArea {
    wire::ProductArea {
        id: area.id.to_string(),
        display_name: area.name.clone(),
        commodity_prefixes: area.commodity_prefixes.clone(),
        harm_weight: area.harm_weight,
    }
}

/// A plan, with its seed only if its day is over. A plan that is not stored has drawn nothing and has no seed yet. `checks`
/// are those that its entry point has in a day.
#[must_use]
pub fn plan_out(
    plan: &Plan,
    authority: &AuthorityId,
    is_over: bool,
    threshold: f64,
    checks: Checks,
) -> wire::Plan {
    let is_stored = plan.revision > 0;
    wire::Plan {
        name: plan.name(),
        authority: authority.to_string(),
        capacity: number(plan.capacity),
        random_floor: Some(plan.random_floor),
        expected_arrivals: Some(long(plan.expected_arrivals)),
        seed: if is_over && is_stored { hex::encode(plan.seed) } else { String::new() },
        arrivals: long(plan.used.arrivals),
        random_used: number(plan.used.random),
        targeted_used: number(plan.used.targeted),
        mandatory_used: number(plan.used.mandatory),
        threshold,
        update_time: is_stored.then(|| timestamp_out(plan.update_time)),
        etag: etag_out(plan.setting),
        document_checks: checks.documents.map(number),
        document_checks_used: number(plan.used.document_checks),
        release_checks: checks.after_release.map(number),
        release_checks_used: number(plan.used.release_checks),
    }
}

/// A plan whose day is over.
#[must_use]
pub fn plan_closed_out(closed: &ClosedPlan) -> wire::PlanClosed {
    let count = |chosen: &ChosenCount| wire::SelectionCount {
        selection: chosen.selection as i32,
        selected: long(chosen.selected),
        examined: long(chosen.examined),
        not_examined: long(chosen.selected.saturating_sub(chosen.examined)),
    };
    wire::PlanClosed {
        plan: Some(plan_out(&closed.plan, &closed.authority, true, closed.threshold, Checks::default())),
        selections: closed.chosen.iter().map(count).collect(),
    }
}

/// A consignment that a plan chose.
#[must_use]
pub fn selected_out(selected: &Selected) -> wire::SelectedConsignment {
    wire::SelectedConsignment {
        screening: selected.screening.name(),
        draw: Some(super::draw_out(&selected.screening.draw)),
        unsafe_probability: Some(probability_out(&selected.screening.probability)),
        control: selected.control.clone().unwrap_or_default(),
        entry_point: selected.screening.consignment.entry_point.to_string(),
    }
}

/// Estimates.
#[must_use]
pub fn hit_rates_out(rates: &HitRates) -> wire::EstimateHitRatesResponse {
    let lane = |lane: &LaneEstimate| wire::LaneEstimate {
        lane: lane.lane as i32,
        arrivals: long(lane.arrivals),
        examined: long(lane.examined),
        unsafe_unseen: lane.unsafe_unseen.as_ref().ok().map(probability_out),
        unseen: long(lane.unseen),
        without_chance: long(lane.without_chance),
        not_estimated: lane
            .unsafe_unseen
            .as_ref()
            .err()
            .map_or_else(String::new, |why| why.in_words().to_owned()),
    };
    wire::EstimateHitRatesResponse {
        arriving: rates.arriving.as_ref().map(probability_out),
        random: rates.random.as_ref().map(probability_out),
        targeted: rates.targeted.as_ref().map(probability_out),
        lift: rates.lift.and_then(|lift| lift.value),
        lift_lower: rates.lift.map(|lift| lift.interval.lower),
        lift_upper: rates.lift.map(|lift| lift.interval.upper),
        lift_probability: rates.lift.map(|lift| lift.probability_better),
        lanes: rates.lanes.iter().map(lane).collect(),
        caveat: ESTIMATE_CAVEAT.to_owned(),
    }
}

/// A risk model.
#[must_use]
pub fn model_out(model: &RiskModel) -> wire::Model {
    wire::Model {
        name: model.name(),
        authority: model.side.to_string(),
        state: model.state as i32,
        outcomes: long(model.outcomes),
        found_unsafe: long(model.found_unsafe),
        outcomes_until: model.learned_until.as_ref().map(|(time, _)| timestamp_out(*time)),
        sha256: model.sha256.clone(),
        size_bytes: long(model.size),
        parent: model.parent.map(|parent| model_name(&model.side, parent)).unwrap_or_default(),
        caveat: MODEL_CAVEAT.to_owned(),
        create_time: Some(timestamp_out(model.create_time)),
        activate_time: model.activate_time.map(timestamp_out),
        etag: etag_out(model.revision),
    }
}

/// A change of what a model does.
#[must_use]
pub fn model_changed_out(change: &ModelChange) -> wire::ModelChanged {
    let name = change.model.name();
    wire::ModelChanged {
        model: Some(model_out(&change.model)),
        previous_state: change.previous.map_or(0, |state| state as i32),
        accuracy: change.accuracy.as_ref().map(|(accuracy, _)| accuracy_out(&name, accuracy)),
        outcomes: change.accuracy.as_ref().map_or(0, |(_, outcomes)| long(*outcomes as u64)),
    }
}

fn accuracy_out(model: &str, accuracy: &Accuracy) -> wire::ModelAccuracy {
    wire::ModelAccuracy {
        model: model.to_owned(),
        precision_top_tenth: accuracy.precision_top_tenth.as_ref().map(probability_out),
        brier: accuracy.brier,
        calibration_error: accuracy.calibration_error,
    }
}

/// Two models beside each other.
#[must_use]
pub fn comparison_out(first: &str, second: &str, comparison: &Comparison) -> wire::CompareModelsResponse {
    wire::CompareModelsResponse {
        first: Some(accuracy_out(first, &comparison.first)),
        second: Some(accuracy_out(second, &comparison.second)),
        outcomes: comparison.outcomes as i64,
        overlap_top_tenth: comparison.overlap_top_tenth,
        mean_difference: comparison.mean_difference,
    }
}
