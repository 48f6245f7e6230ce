//! The types of events of each package, so that whoever takes an event apart has to say what becomes of every type.

include!(concat!(env!("OUT_DIR"), "/events.rs"));
