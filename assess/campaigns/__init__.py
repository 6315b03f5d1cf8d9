"""Room campaigns: requisition, battery, invitations, progress."""
