"""Who is who (目录服务): regions, departments, systems, people and their roles, client systems, and the audit trail."""
