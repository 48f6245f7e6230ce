//! The baseline of the transport: a bare service that answers each request with an answer that it holds.

use std::sync::Arc;

use futures::{StreamExt, stream::BoxStream};
use seamless_proto::seamless::consignments::v1::{
    self as wire,
    screening_service_server::{ScreeningService, ScreeningServiceServer},
};
use tonic::{Request, Response, Status, Streaming};

/// Answers of the service, to be given again.
pub struct Echo {
    answers: Arc<[wire::ScreenConsignmentsResponse]>,
}

impl Echo {
    /// A service that gives these answers in turn; there is at least one.
    #[must_use]
    pub fn of(answers: Arc<[wire::ScreenConsignmentsResponse]>) -> ScreeningServiceServer<Self> {
        ScreeningServiceServer::new(Self { answers })
    }
}

/// The service with two methods; the others are not called.
macro_rules! only_screening {
    ($($other:ident: $request:ty => $response:ty;)+) => {
        #[tonic::async_trait]
        impl ScreeningService for Echo {
            type ScreenConsignmentsStream =
                BoxStream<'static, Result<wire::ScreenConsignmentsResponse, Status>>;

            async fn screen_consignment(
                &self,
                _: Request<wire::ScreenConsignmentRequest>,
            ) -> Result<Response<wire::Screening>, Status> {
                Ok(Response::new(self.answers[0].screening.clone().unwrap_or_default()))
            }

            async fn screen_consignments(
                &self,
                request: Request<Streaming<wire::ScreenConsignmentsRequest>>,
            ) -> Result<Response<Self::ScreenConsignmentsStream>, Status> {
                let answers = self.answers.clone();
                let answered = request.into_inner().enumerate().map(move |(index, request)| {
                    request.map(|_| wire::ScreenConsignmentsResponse {
                        index: index as i64,
                        ..answers[index % answers.len()].clone()
                    })
                });
                Ok(Response::new(answered.boxed()))
            }

            $(async fn $other(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("not in the baseline"))
            })+
        }
    };
}

only_screening! {
    get_screening: wire::GetScreeningRequest => wire::Screening;
    list_screenings: wire::ListScreeningsRequest => wire::ListScreeningsResponse;
    replay_screening: wire::ReplayScreeningRequest => wire::ReplayScreeningResponse;
    override_lane: wire::OverrideLaneRequest => wire::Screening;
    get_screening_status: wire::GetScreeningStatusRequest => wire::ScreeningStatus;
    create_criterion: wire::CreateCriterionRequest => wire::Criterion;
    get_criterion: wire::GetCriterionRequest => wire::Criterion;
    list_criteria: wire::ListCriteriaRequest => wire::ListCriteriaResponse;
    dry_run_criterion: wire::DryRunCriterionRequest => wire::DryRunCriterionResponse;
    activate_criterion: wire::ActivateCriterionRequest => wire::Criterion;
    retire_criterion: wire::RetireCriterionRequest => wire::Criterion;
}
