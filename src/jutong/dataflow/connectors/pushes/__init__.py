"""What sources send by themselves: the spool that takes it in, the payloads, the brokers that it comes from."""
