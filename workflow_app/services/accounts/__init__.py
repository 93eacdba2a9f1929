"""Who gets in: personal links, invitations, tries to sign in, the administration and its log."""
