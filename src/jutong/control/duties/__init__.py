"""Duties (权责事项) and service items (政务服务事项): what departments must do; the catalogue is drawn up from them."""
