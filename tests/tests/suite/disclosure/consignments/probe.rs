//! Every call that names a record of the consignments service, made from the contract: what one learns by trying them.

use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor, Value};
use seamless_service::client::ClientChannel;
use uuid::Uuid;

use super::{
    super::{filled::filled, probe::Outcome, seen::contract, steps::request_id},
    steps::inspection,
};
use crate::raw_call::{call, contracts, path_of};

const PACKAGE: &str = "seamless.consignments.v1";

/// The records that are tried.
pub struct Names {
    pub inspection: String,
    pub screening: String,
    pub control: String,
    pub criterion: String,
    pub trust: String,
    pub approval: String,
    pub plan: String,
    pub model: String,
}

impl Names {
    /// Those of records that do not exist.
    pub fn of_nothing() -> Self {
        let key = Uuid::now_v7();
        Self {
            inspection: format!("inspections/{key}"),
            screening: format!("screenings/{key}"),
            control: format!("controls/{key}"),
            criterion: format!("criteria/{key}"),
            trust: "inspectionBodies/cn-ciq-nowhere/trust/eu-just.toys".to_owned(),
            approval: format!("approvals/{key}"),
            plan: "entryPoints/NOOSL/plans/2027-01-04".to_owned(),
            model: "models/eu-just.77".to_owned(),
        }
    }
}

fn methods() -> Vec<MethodDescriptor> {
    let pool = contracts();
    let services = pool.services().filter(|service| service.package_name() == PACKAGE);
    services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

/// The calls that name a record, and that nobody tries yet.
pub fn unprobed() -> Vec<String> {
    let names = Names::of_nothing();
    let others = methods().into_iter().filter(|method| request(method, &names).is_none());
    others.filter(|method| has(&method.input(), "name")).map(|method| path_of(&method)).collect()
}

/// Tries every call that names one of the records; all else in the requests is as it should be, so that it is the name
/// that decides.
pub async fn try_everything(channel: &ClientChannel, names: &Names) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for method in methods() {
        if let Some(request) = request(&method, names) {
            let path = path_of(&method);
            let answer = call(channel, &path, request.encode_to_vec().into(), false).await;
            outcomes.push(Outcome { path, answer });
        }
    }
    assert!(outcomes.len() > 8, "only {} calls name a record: look at this test", outcomes.len());
    outcomes
}

fn has(message: &MessageDescriptor, field: &str) -> bool {
    message.get_field_by_name(field).is_some()
}

/// The request of a call, or nothing where it names none of the records.
fn request(method: &MethodDescriptor, names: &Names) -> Option<DynamicMessage> {
    let service = method.parent_service();
    let (field, name) = match (service.name(), method.name()) {
        ("InspectionService", "DownloadDocument") => ("inspection", &names.inspection),
        ("InspectionService", "UploadDocument") => ("head", &names.inspection),
        ("InspectionService", _) => ("name", &names.inspection),
        ("ScreeningService", "GetScreening" | "ReplayScreening" | "OverrideLane") => {
            ("name", &names.screening)
        }
        ("ScreeningService", _) => ("name", &names.criterion),
        ("ControlService", _) => ("name", &names.control),
        ("TrustService", "GetTrust") => ("name", &names.trust),
        ("TrustService", _) => ("name", &names.approval),
        ("TargetingService", "SetPlan" | "GetPlan") => ("name", &names.plan),
        ("TargetingService", _) => ("name", &names.model),
        _ => return None,
    };
    let input = method.input();
    if !has(&input, field) {
        return None;
    }
    let mut request = filled(&input, "");
    if has(&input, "request_id") {
        request.set_field_by_name("request_id", Value::String(request_id()));
    }
    if has(&input, "notification") {
        request.set_field_by_name("notification", Value::String("notifications/alert".to_owned()));
    }
    // Nothing is checked alone, and nothing repeats what was given out.
    for field in ["validate_only", "etag"] {
        request.clear_field_by_name(field);
    }
    let value = match field {
        "head" => {
            let mut head = filled(&contract("seamless.consignments.v1.DocumentHead"), "");
            head.set_field_by_name("inspection", Value::String(name.clone()));
            Value::Message(head)
        }
        _ => Value::String(name.clone()),
    };
    request.set_field_by_name(field, value);
    if method.name() == "AmendInspection" {
        let mut content = DynamicMessage::new(contract(super::INSPECTION));
        content.transcode_from(&inspection("SH-1", Vec::new())).unwrap();
        request.set_field_by_name("inspection", Value::Message(content));
    }
    Some(request)
}
