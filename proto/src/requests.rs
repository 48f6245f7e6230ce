//! Fields that mean the same in every request that has them.

/// A request that changes something: repeated with the same id, it gets its first answer again. Generated for every
/// request that has `request_id`.
pub trait Changing {
    /// The id that the caller chose for it; not checked yet.
    fn request_id(&self) -> &str;

    /// True to check it alone. False where the request cannot ask for it.
    fn validate_only(&self) -> bool;
}

/// A request for one page of a list. Generated for every request that has `page_size` and `page_token`.
pub trait Paged {
    /// The size and the token of the page that is asked for, both not checked yet. What remains is the request as it is
    /// for all pages of the list: what a token is bound to.
    fn take_page(&mut self) -> (i32, String);
}

include!(concat!(env!("OUT_DIR"), "/requests.rs"));
