//! `/api/v1/sites`.

use wire::sites::{NewSite, SiteCreated};

use crate::{Client, Error};

impl Client {
    /// Adds a site. It is called once and never repeated: the token of its first administrator is shown once.
    ///
    /// # Errors
    /// The call failed; when no answer came, the site may exist all the same.
    pub async fn create_site(&self, site: &NewSite) -> Result<SiteCreated, Error> {
        self.post_once("/api/v1/sites", site).await
    }
}
