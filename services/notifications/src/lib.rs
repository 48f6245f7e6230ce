//! Alerts on dangerous products, carried from one authority to another.
