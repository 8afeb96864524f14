//! What Discord's refusals mean.
