//! The chassis of every service.
