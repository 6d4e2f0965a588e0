"""Commands and webhooks that are told what happens in a run, and may stop it."""
