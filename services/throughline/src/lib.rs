//! throughline.
