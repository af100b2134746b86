"""Refused rows (问题数据): sent back to their source as work orders, corrected, admitted again."""
