//! Use cases of plans, hit rates and risk models.

mod activate_model;
mod close_plan;
mod compare_models;
mod estimate_hit_rates;
mod import_model;
mod model_access;
mod plan_of_day;
mod set_plan;
mod train_model;

pub use activate_model::{ActivateModel, Judged};
pub use close_plan::ClosePlan;
pub use compare_models::{CompareModels, Compared, Comparison};
pub use estimate_hit_rates::EstimateHitRates;
pub use import_model::ImportModel;
pub use model_access::ModelAccess;
pub use plan_of_day::PlanOfDay;
pub use set_plan::{PlanSetting, SetPlan};
pub use train_model::{SETTLING, TrainModel, weight_of};
