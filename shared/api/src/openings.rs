//! How handlers begin: on whose behalf a call came, and which call or which page it is.

use std::{borrow::Cow, sync::Arc};

use prost::Message;
use seamless_identity::{Caller, Principal};
use seamless_proto::{Changing, Paged};
use seamless_service::{error::ApiError, gate::MethodPath};
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

/// A changing call: on whose behalf it came, which call it is, and what it asks for.
///
/// # Errors
/// INVALID_ARGUMENT if its request id is no UUID.
pub fn changing<M: Message + Changing>(request: Request<M>) -> Result<(Caller, Call, M), ApiError> {
    let caller = caller(&request)?;
    let path = request.extensions().get::<MethodPath>();
    let MethodPath(path) = path.ok_or_else(|| ApiError::internal("a call passed the gate without a path"))?;
    let method = Arc::clone(path);
    let request = request.into_inner();
    let call = Call::of(caller.clone(), Cow::Owned(method.to_string()), &request)?;
    Ok((caller, call, request))
}

/// A page that is asked for: on whose behalf, the request without its page token and size, and the page.
///
/// # Errors
/// As [`Page::of`].
pub fn paged<M, C>(request: Request<M>, limits: &PageLimits) -> Result<(Caller, M, Page<C>), ApiError>
where
    M: Message + Paged,
    C: Serialize + DeserializeOwned,
{
    let caller = caller(&request)?;
    let mut request = request.into_inner();
    let (size, token) = request.take_page();
    let page = Page::of(limits, caller.authority.as_str(), &request, size, &token)?;
    Ok((caller, request, page))
}
