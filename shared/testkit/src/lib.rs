//! For tests only: databases, certificates, clock, a running stack.
