//! Every call that names a pre-inspection, made from the contract: what one learns by trying them.

use prost::Message;
use prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage, Value};
use seamless_service::client::ClientChannel;

use super::{
    super::{filled::filled, probe::Outcome, seen::contract, steps::request_id},
    steps::inspection,
};
use crate::raw_call::{call, contracts, path_of};

const PACKAGE: &str = "seamless.consignments.v1";
/// The services whose records these stories are about.
const PROBED: [&str; 1] = ["InspectionService"];

/// The services that nobody tries yet.
pub fn unprobed() -> Vec<String> {
    let services =
        contracts().services().filter(|service| service.package_name() == PACKAGE).collect::<Vec<_>>();
    let others = services.iter().filter(|service| !PROBED.contains(&service.name()));
    others.map(|service| service.full_name().to_owned()).collect()
}

/// Tries every call that names the pre-inspection; all else in the requests is as it should be, so that it is the name that
/// decides.
pub async fn try_everything(channel: &ClientChannel, name: &str) -> Vec<Outcome> {
    let pool = contracts();
    let services = pool
        .services()
        .filter(|service| service.package_name() == PACKAGE && PROBED.contains(&service.name()));
    let mut outcomes = Vec::new();
    for method in services.flat_map(|service| service.methods().collect::<Vec<_>>()) {
        if let Some(request) = request(&method, name) {
            let path = path_of(&method);
            let answer = call(channel, &path, request.encode_to_vec().into(), false).await;
            outcomes.push(Outcome { path, answer });
        }
    }
    assert!(outcomes.len() > 4, "only {} calls name a pre-inspection: look at this test", outcomes.len());
    outcomes
}

/// The request of a call, or nothing where it names no pre-inspection.
fn request(method: &MethodDescriptor, name: &str) -> Option<DynamicMessage> {
    let mut request = filled(&method.input(), "");
    let has = |request: &DynamicMessage, field: &str| request.descriptor().get_field_by_name(field).is_some();
    if has(&request, "request_id") {
        request.set_field_by_name("request_id", Value::String(request_id()));
    }
    // Nothing is checked alone, and nothing repeats what was given out.
    for field in ["validate_only", "etag"] {
        request.clear_field_by_name(field);
    }
    match method.name() {
        "UploadDocument" => {
            let mut head = filled(&contract("seamless.consignments.v1.DocumentHead"), "");
            head.set_field_by_name("inspection", Value::String(name.to_owned()));
            request.set_field_by_name("head", Value::Message(head));
        }
        "DownloadDocument" => request.set_field_by_name("inspection", Value::String(name.to_owned())),
        _ if has(&request, "name") => request.set_field_by_name("name", Value::String(name.to_owned())),
        _ => return None,
    }
    if method.name() == "AmendInspection" {
        let mut content = DynamicMessage::new(contract(super::INSPECTION));
        content.transcode_from(&inspection("SH-1", Vec::new())).unwrap();
        request.set_field_by_name("inspection", Value::Message(content));
    }
    Some(request)
}
