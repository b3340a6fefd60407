//! Several processes on one Postgres.

use std::time::Duration;

use jobs::job::State;
use sqlx::{Connection, PgConnection};
use tokio::time::sleep;

use crate::proxy::Proxy;
use crate::puppet::Act;
use crate::world::{Place, World, submission, tenant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_accepts_another_may_finish() {
    let mut world = World::with(Place::Postgres, &[("jobs.poll", "10s")]).await;
    world.puppet.on("b", [Act::Hang]);
    let job = world.submit().await;
    world.puppet.was_asked("b", 1).await;
    let other = world.another().await;
    world.kill().await;
    let job = other.until(&job.id, |job| job.state.is_terminal()).await;
    assert_eq!((job.state, job.attempts), (State::Succeeded, 2));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_wakes_another_process() {
    // Nobody looks by itself within the time of this test.
    let settings = [("jobs.poll", "120s"), ("jobs.lease", "60s"), ("jobs.workers", "1")];
    let world = World::with(Place::Postgres, &settings).await;
    world.puppet.on("a", [Act::Hang, Act::Hang]);
    let mine = world.submit().await;
    world.puppet.was_asked("a", 1).await;
    let other = world.another().await;
    // The first process has no slot left, so the second one must have heard.
    let theirs = world.submit().await;
    world.puppet.was_asked("a", 2).await;
    world.jobs().cancel(&tenant(), &theirs.id).await.unwrap();
    let theirs = world.end(&theirs.id).await;
    assert_eq!(theirs.state, State::Cancelled);
    other.jobs.cancel(&tenant(), &mine.id).await.unwrap();
    assert_eq!(world.end(&mine.id).await.state, State::Cancelled);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_do_each_job_once() {
    let world = World::with(Place::Postgres, &[("jobs.workers", "4")]).await;
    let other = world.another().await;
    let mut ids = Vec::new();
    for number in 0..40 {
        let jobs = if number % 2 == 0 { world.jobs() } else { &other.jobs };
        ids.push(jobs.submit(submission()).await.unwrap().job.id);
    }
    for id in &ids {
        let job = world.settled(id).await;
        assert_eq!((job.state, job.attempts), (State::Succeeded, 1));
    }
    assert_eq!(world.puppet.count("a"), 40);
    assert_eq!(world.receiver.got("/hook").len(), 40);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_nothing() {
    let world = World::with(Place::Postgres, &[("jobs.workers", "4")]).await;
    let mut ids = Vec::new();
    for _ in 0..30 {
        ids.push(world.submit().await.id);
    }
    let mut cutter = PgConnection::connect(world.setting("database.url")).await.unwrap();
    for _ in 0..10 {
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()";
        sqlx::raw_sql(cut).execute(&mut cutter).await.unwrap();
        sleep(Duration::from_millis(50)).await;
    }
    for id in &ids {
        let job = loop {
            // A call may meet a connection that was just cut; its caller tries again.
            let job = world.jobs().get(&tenant(), id).await;
            match job {
                Ok(job) if job.state.is_terminal() => break job,
                Ok(_) | Err(_) => sleep(Duration::from_millis(20)).await,
            }
        };
        assert_eq!(job.state, State::Succeeded, "{job:?}");
    }
    for id in &ids {
        world.settled(id).await;
    }
    let got = world.receiver.got("/hook");
    let distinct: std::collections::HashSet<_> = got.iter().map(|got| got.id()).collect();
    assert_eq!(distinct.len(), 30, "every job under one id");
    assert!(world.puppet.count("a") <= 40, "a step that was done is not done again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_fell_silent_is_noticed() {
    let settings = [("jobs.poll", "120s"), ("jobs.lease", "60s"), ("jobs.workers", "1")];
    let world = World::with(Place::Postgres, &settings).await;
    world.puppet.on("a", [Act::Hang]);
    world.submit().await;
    world.puppet.was_asked("a", 1).await;
    let url = world.setting("database.url").to_owned();
    let proxy = Proxy::start(&url).await;
    let other = world.another_with(&[("database.direct_url", &proxy.url(&url))]).await;
    proxy.freeze();
    // The other process cannot hear of this, and would not look by itself.
    let job = world.submit().await;
    let job = other.until(&job.id, |job| job.state.is_terminal()).await;
    assert_eq!(job.state, State::Succeeded);
    other.stop().await;
}
