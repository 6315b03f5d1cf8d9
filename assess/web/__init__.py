"""The web kit: forms, pages, errors, headers, signed links."""
