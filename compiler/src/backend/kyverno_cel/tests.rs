//! What the backend makes of typical rules.
