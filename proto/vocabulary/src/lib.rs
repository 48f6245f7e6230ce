//! The closed vocabularies of the contracts, as enumerations that know nothing of the wire: what a domain speaks of, and
//! what is stored.
//!
//! Invariant: each is generated from its enumeration in the contract, with the same values, numbers and comments, without
//! the value that says nothing. A value is stored by its number, or by its word; both are the contract's, and stay. What
//! was stored otherwise before, its domain says beside the field.

/// A closed vocabulary of the contract. As text, a value is called as its contract calls it, without the prefix that all
/// values share: `STOP_OF_SALES`.
pub trait Vocabulary: Copy + PartialEq + Into<&'static str> + 'static {
    /// The value with the smallest number: stands in where a value is missing from what is refused for it.
    const FIRST: Self;

    /// The value that has this number in the contract; `None` for 0, which says nothing, and for any other number.
    fn from_number(number: i32) -> Option<Self>;

    /// The same in lower case: `stop_of_sales`. It is stored so.
    fn word(self) -> &'static str;
}

/// The vocabularies of `seamless.consignments.v1`.
pub mod consignments {
    include!(concat!(env!("OUT_DIR"), "/consignments.rs"));
}

/// The vocabularies of `seamless.feed.v1`.
pub mod feed {
    include!(concat!(env!("OUT_DIR"), "/feed.rs"));
}

/// The vocabularies of `seamless.notifications.v1`.
pub mod notifications {
    include!(concat!(env!("OUT_DIR"), "/notifications.rs"));
}

/// The vocabularies of `seamless.reporting.v1`.
pub mod reporting {
    include!(concat!(env!("OUT_DIR"), "/reporting.rs"));
}

/// The vocabularies of `seamless.training.v1`.
pub mod training {
    include!(concat!(env!("OUT_DIR"), "/training.rs"));
}
