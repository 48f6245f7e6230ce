//! Files kept once by content: streamed in, checked, resumable, streamed out by ranges.
