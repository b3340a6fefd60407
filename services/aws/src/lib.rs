//! What stands on AWS: secrets, and spans for X-Ray.
