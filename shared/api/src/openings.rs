//! How handlers begin: on whose behalf a call came, and which call or which page it is.

use std::{borrow::Cow, sync::Arc};

use prost::Message;
use seamless_identity::{Caller, Principal};
use seamless_proto::{Changing, Paged};
use seamless_service::{error::ApiError, gate::MethodPath, noted::Noted};
use serde::{Serialize, de::DeserializeOwned};
use tonic::Request;

use crate::{Call, Page, PageLimits};

/// On whose behalf a call came: what the gate made of its credential.
///
/// # Errors
/// INTERNAL if the call passed no gate.
pub fn caller<T>(request: &Request<T>) -> Result<Caller, ApiError> {
    let principal = request.extensions().get::<Principal>();
    let principal =
        principal.ok_or_else(|| ApiError::internal("a call passed the gate without a principal"))?;
    Ok(principal.caller())
}

/// A changing call: on whose behalf it came, which call it is, and what it asks for. A request id that is no UUID is refused
/// together with all else that is wrong, by [`crate::run`] and by the chassis.
///
/// # Errors
/// INTERNAL if the call passed no gate; INVALID_ARGUMENT for its request id, if it came through no chassis.
pub fn changing<M: Message + Changing>(request: Request<M>) -> Result<(Caller, Call, M), ApiError> {
    let caller = caller(&request)?;
    let path = request.extensions().get::<MethodPath>();
    let MethodPath(path) = path.ok_or_else(|| ApiError::internal("a call passed the gate without a path"))?;
    let method = Arc::clone(path);
    let call = Call::noting(caller.clone(), Cow::Owned(method.to_string()), request.get_ref());
    if let Some(wrong) = &call.wrong {
        Noted::note(request.extensions(), ApiError::invalid_fields(vec![wrong.clone()]))?;
    }
    Ok((caller, call, request.into_inner()))
}

/// A page that is asked for: on whose behalf, the request without its page token and size, and the page. A size or a token that
/// is wrong is refused by the chassis, together with all else that is wrong.
///
/// # Errors
/// INTERNAL if the call passed no gate; INVALID_ARGUMENT for size or token, if it came through no chassis.
pub fn paged<M, C>(request: Request<M>, limits: &PageLimits) -> Result<(Caller, M, Page<C>), ApiError>
where
    M: Message + Paged,
    C: Serialize + DeserializeOwned,
{
    let caller = caller(&request)?;
    let (_, extensions, mut request) = request.into_parts();
    let (size, token) = request.take_page();
    let (page, wrong) = Page::of(limits, caller.authority.as_str(), &request, size, &token);
    for wrong in wrong {
        Noted::note(&extensions, wrong)?;
    }
    Ok((caller, request, page))
}
