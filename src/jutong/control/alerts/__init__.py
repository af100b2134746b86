"""Who is told when a source is late or broken: channels (webhook, e-mail), rules, deliveries."""
