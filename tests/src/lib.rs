//! Tests over the whole suite: what no crate can prove of itself. They stand in `tests/suite`, one binary.
