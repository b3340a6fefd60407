use std::fs;
use std::time::{Duration, Instant};

/// The CPU time that a process has used so far, its threads included.
pub(crate) fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks: u64 =
        fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    // Linux has told user space 100 ticks a second for ever.
    Duration::from_millis(ticks * 10)
}

/// The memory that a process holds, in MiB.
pub(crate) fn memory(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// The median time of one call, over rounds of many calls each.
pub(crate) async fn median<F: Future>(mut call: impl FnMut() -> F) -> Duration {
    const ROUNDS: usize = 15;
    const CALLS: u32 = 400;
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for _ in 0..CALLS {
            call().await;
        }
        times.push(began.elapsed() / CALLS);
    }
    times.sort();
    times[ROUNDS / 2]
}
