"""The path of one consumer call: identify, check the grant, look up, mask, record, answer. Raw ASGI, no Django."""
