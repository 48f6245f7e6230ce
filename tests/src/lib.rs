//! Tests over the whole suite.
