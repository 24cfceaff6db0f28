//! Images that are there.

use hyper::Method;
use sampan_api::image::{DeleteItem, Inspect};
use sampan_api::progress::Message;

use crate::call::Call;
use crate::calls::images::Auth;
use crate::{Client, ClientError, JsonLines};

impl Client {
    /// Everything about an image.
    pub async fn inspect_image(&self, image: &str) -> Result<Inspect, ClientError> {
        // Names of images have slashes, which are segments of the path.
        let mut segments = vec!["images"];
        segments.extend(image.split('/'));
        segments.push("json");
        self.get(&segments).document().await
    }

    /// Takes an image's name away, and the image with its last name.
    pub async fn remove_image(&self, image: &str, force: bool) -> Result<Vec<DeleteItem>, ClientError> {
        let mut segments = vec!["images"];
        segments.extend(image.split('/'));
        Call::new(self, Method::DELETE, &segments)
            .set_if("force", force)
            .document()
            .await
    }

    /// Uploads an image. The answer ends when it is there; a line with an error says that it is not.
    pub async fn push(
        &self,
        image: &str,
        tag: Option<&str>,
        auth: Option<&Auth>,
    ) -> Result<JsonLines<Message>, ClientError> {
        let mut segments = vec!["images"];
        segments.extend(image.split('/'));
        segments.push("push");
        let call = self.post(&segments).set_some("tag", tag);
        let call = match auth {
            Some(auth) => call.header("x-registry-auth", auth.header()?),
            // A daemon wants the header, though it says nothing.
            None => call.header("x-registry-auth", hyper::header::HeaderValue::from_static("e30=")),
        };
        Ok(call.send().await?.lines())
    }
}
