//! Images, as far as containers need them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use hyper::header::HeaderValue;
use sampan_api::image::PruneReport;
use sampan_api::progress::Message;
use serde::Serialize;

use crate::{Archive, Client, ClientError, Filters, JsonLines, Upload};

/// Credentials for a registry, as the header `X-Registry-Auth` carries them.
#[derive(Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub struct Auth {
    /// Who.
    pub username: String,
    /// The proof.
    pub password: String,
    /// Where.
    pub serveraddress: String,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Auth({}, …)", self.serveraddress)
    }
}

impl Auth {
    pub(crate) fn header(&self) -> Result<HeaderValue, ClientError> {
        let json = serde_json::to_vec(self).map_err(ClientError::RequestBody)?;
        HeaderValue::from_str(&URL_SAFE.encode(json)).map_err(|error| ClientError::Request(error.into()))
    }
}

impl Client {
    /// Downloads an image. The answer ends when it is there; a line with an error says that it is not.
    pub async fn pull(
        &self,
        image: &str,
        tag: Option<&str>,
        platform: Option<&str>,
        auth: Option<&Auth>,
    ) -> Result<JsonLines<Message>, ClientError> {
        let mut call = self
            .post(&["images", "create"])
            .set("fromImage", image)
            .set_some("tag", tag)
            .set_some("platform", platform);
        if let Some(auth) = auth {
            call = call.header("x-registry-auth", auth.header()?);
        }
        Ok(call.send().await?.lines())
    }

    /// Images as one archive.
    pub async fn save(&self, names: &[String]) -> Result<Archive, ClientError> {
        let mut call = self.get(&["images", "get"]);
        for name in names {
            call = call.set("names", name);
        }
        Ok(Archive::of(call.send().await?))
    }

    /// Takes images out of an archive.
    pub async fn load(&self, archive: Upload) -> Result<JsonLines<Message>, ClientError> {
        use http_body_util::BodyExt;
        let answer = self
            .post(&["images", "load"])
            .set("quiet", 1)
            .body("application/x-tar", archive.boxed_unsync())
            .send()
            .await?;
        Ok(answer.lines())
    }

    /// Removes images that no container uses.
    pub async fn prune_images(&self, filters: &Filters) -> Result<PruneReport, ClientError> {
        self.post(&["images", "prune"]).filters(filters).document().await
    }
}
