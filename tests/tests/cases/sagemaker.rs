//! What callers and the platform can rely on behind SageMaker: every call goes through `InvokeEndpoint`.

mod callers;
mod direct;
mod health;
mod jobs;
mod life;
mod limits;
mod ops;
mod refusals;
mod start;
mod together;
mod trace;
