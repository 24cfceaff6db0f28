//! Calls of functions: of a container that waits for them, or of an image, for which one is made.

use std::sync::Arc;

use sampan_api::container::CreateRequest;
use sampan_types::{Call, Called, Digest};

use super::Supervisor;
use super::cell::Cell;
use super::error::{Result, SupervisorError};
use super::requests::Caller;

/// The label of a container that was made for the calls of an image, with the image's name as it was written.
const MADE_FOR: &str = "sampan.calls";

impl Supervisor {
    /// Calls a function of a container that runs.
    pub async fn call(&self, container: &str, call: Call) -> Result<Called> {
        let cell = self.shared.find(container)?;
        self.call_in(&cell, call).await
    }

    /// Calls a function of an image: in a container without grants, which is made at the first call, stays warm for the
    /// next ones, and is removed when somebody stops it.
    pub async fn call_image(&self, caller: &Caller, image: &str, call: Call) -> Result<Called> {
        let digest = self.image(image, None)?.descriptor.digest.clone();
        let name = container_name(caller, &digest);
        if let Ok(cell) = self.shared.find(&name) {
            match self.call_in(&cell, call.clone()).await {
                Ok(Called::Gone) | Err(_) => {}
                told => return told,
            }
        }
        let mut request = CreateRequest::default();
        request.config.image = image.to_owned();
        request
            .config
            .labels
            .insert(MADE_FOR.to_owned(), image.to_owned());
        request.host_config.auto_remove = true;
        match self.create(caller, Some(&name), None, request).await {
            // Another call has made it meanwhile.
            Ok(_) | Err(SupervisorError::NameTaken { .. }) => {}
            Err(error) => return Err(error),
        }
        match self.start(&name).await {
            Ok(()) | Err(SupervisorError::NotModified(_)) => {}
            Err(error) => return Err(error),
        }
        self.call(&name, call).await
    }

    async fn call_in(&self, cell: &Arc<Cell>, call: Call) -> Result<Called> {
        let hold = {
            let live = cell.live();
            live.hold.clone().filter(|_| live.state.running)
        };
        let hold = hold.ok_or_else(|| SupervisorError::not_running(&cell.id))?;
        Ok(hold.call(call).await?)
    }
}

/// The name of the container for the calls of an image, of which each trust domain has its own.
fn container_name(caller: &Caller, image: &Digest) -> String {
    let image: String = image.hex().chars().take(12).collect();
    let domain: String = caller
        .domain
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("calls-{image}-{domain}")
}
