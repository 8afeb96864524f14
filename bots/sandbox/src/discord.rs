//! A stand-in for Discord: REST, gateway and interactions.
