//! Use cases of schedules: slots are found, and booked, by the same rule, by which it is told what overlaps since
//! clocks were moved.

mod booking;
mod booking_turns;
mod conflicts;
mod find_slots;
mod known_meetings;

pub use booking::Booking;
pub use booking_turns::BookingTurns;
pub use conflicts::Conflicts;
pub use find_slots::FindSlots;
pub use known_meetings::KnownMeetings;
