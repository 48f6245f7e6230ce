//! What is kept beside an answer, and what a client brings back: replicas of two versions must understand each other.
#![allow(clippy::unwrap_used, reason = "what cannot be made fails its test")]

use seamless_api::{Call, Page, PageLimits};
use seamless_identity::Caller;
use seamless_proto::seamless::{
    feed::v1::AcknowledgePositionRequest, notifications::v1::AddAssessmentRequest,
};
use seamless_testkit::golden_lines;

const METHOD: &str = "/seamless.notifications.v1.AssessmentService/AddAssessment";

fn request() -> AcknowledgePositionRequest {
    AcknowledgePositionRequest { position: 7, ..AcknowledgePositionRequest::default() }
}

#[test]
fn the_fingerprint_of_a_call_and_the_token_of_a_page_never_change() {
    let id = "01993f2e-0000-7000-8000-000000000001";
    let caller = Caller { authority: "eu-just".parse().unwrap(), principal: String::new() };
    let assessment = AddAssessmentRequest {
        parent: "notifications/01993f2e-0000-7000-8000-000000000002".to_owned(),
        request_id: id.to_owned(),
        ..AddAssessmentRequest::default()
    };
    let call = Call::of(caller, METHOD, &assessment).unwrap();
    let limits = PageLimits { default_size: 50, max_size: 200 };
    let page: Page<(i64, String)> = Page::of(&limits, "eu-just", &request(), 0, "").0;
    let token = page.token(&(12, "notifications/1".to_owned()));
    let digits: String = call.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/calls.txt");
    golden_lines(file, &[format!("fingerprint {digits}"), format!("page token {token}")]);
    let again: Page<(i64, String)> = Page::of(&limits, "eu-just", &request(), 0, &token).0;
    assert_eq!(again.cursor, Some((12, "notifications/1".to_owned())));
}
