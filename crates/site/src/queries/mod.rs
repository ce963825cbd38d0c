//! Questions about a site that take more than a look-up.
