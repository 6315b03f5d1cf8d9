"""Room accounts: organisations, brands, members and roles, sign-in, audit trail."""
