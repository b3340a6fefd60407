use proto::jobs::{DeliveryState, ListDeliveriesRequest, ReplayDeliveryRequest};
use proto::json;

use crate::cli::Deliveries;
use crate::client::Server;
use crate::exit::Exit;
use crate::print::{self, Style, styled};

/// Runs a command about deliveries.
pub(crate) async fn run(server: &Server, command: Deliveries, as_json: bool) -> Result<(), Exit> {
    match command {
        Deliveries::List { job, status, limit } => {
            let state = status.map_or(Ok(DeliveryState::Unspecified), |status| state(&status))?;
            let request = ListDeliveriesRequest {
                job_id: job,
                state: state.into(),
                page_size: limit,
                page_token: String::new(),
            };
            let answer = server.deliveries().list_deliveries(request).await?.into_inner();
            let found: Vec<_> = answer.deliveries.iter().map(json::Delivery::from).collect();
            show(&found, as_json);
        }
        Deliveries::Replay { delivery } => {
            let request = ReplayDeliveryRequest { delivery_id: delivery };
            let answer = server.deliveries().replay_delivery(request).await?.into_inner();
            let found: Vec<_> = answer.delivery.iter().map(json::Delivery::from).collect();
            show(&found, as_json);
        }
    }
    Ok(())
}

fn show(found: &[json::Delivery], as_json: bool) {
    if as_json {
        print::json(&found);
        return;
    }
    for delivery in found {
        let json::Delivery { delivery_id, job_id, url, status, .. } = delivery;
        print::line(format_args!("{delivery_id}  {status:9}  {job_id}  {url}"));
        for attempt in &delivery.attempts {
            let at = attempt.at.as_deref().unwrap_or_default();
            let status = attempt.status.map_or_else(|| "no answer".to_owned(), |s| s.to_string());
            let error = attempt.error.as_deref().unwrap_or("ok");
            let text = format_args!("  {at}  {status}  {} ms  {error}", attempt.ms).to_string();
            print::line(styled(Style::Faint, text));
        }
    }
}

fn state(name: &str) -> Result<DeliveryState, Exit> {
    let code = format!("DELIVERY_STATE_{}", name.to_uppercase());
    let state = DeliveryState::from_str_name(&code);
    state.filter(|state| *state != DeliveryState::Unspecified).ok_or_else(|| {
        Exit::failed(format_args!(
            "`{name}` is no delivery's state; try pending, delivered or dead"
        ))
    })
}
