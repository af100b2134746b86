"""What stands between us and a server, told apart so that the right person mends it."""

from jutong.dataflow.connectors.errors import SourceRefused, SourceUnreachable


class HostUnknown(SourceUnreachable):
    code = "connectors.host_unknown"
    zh = (
        "找不到主机“{host}”：域名无法解析。请核对主机名，或请网络管理员在本机配置解析；也可以直接填 IP 地址。"
    )
    en = "The host {host} is not known: its name does not resolve. Check the name, or give its IP address."


class PortClosed(SourceUnreachable):
    code = "connectors.port_closed"
    zh = "主机 {host} 没有在端口 {port} 上提供服务。请核对端口，并请该系统的管理员确认服务已启动、允许从本机访问。"
    en = "Nothing listens at {host} port {port}. Check the port, and that the service runs and admits this machine."


class PortSilent(SourceUnreachable):
    code = "connectors.port_silent"
    zh = (
        "主机 {host} 的端口 {port} 在 {seconds} 秒内没有应答，通常是防火墙拦截。"
        "请网络管理员放行本机到该端口的访问。"
    )
    en = "{host} port {port} did not answer within {seconds} s, often a firewall. Have this machine let through."


class SignInRefused(SourceRefused):
    code = "connectors.sign_in_refused"
    zh = "数据库 {place} 不接受这个账号或口令。请核对账号和口令，并确认该账号允许从本机登录。"
    en = "The database {place} does not accept this user or password. Check both, and that it may sign in from here."


class RightMissing(SourceRefused):
    code = "connectors.right_missing"
    zh = "账号能登录 {place}，但没有读取表“{table}”的权限。请系统管理员授予该表的只读（SELECT）权限。"
    en = "The account may not read table {table} of {place}. Ask its administrator for SELECT on the table."


class TlsNeeded(SourceRefused):
    code = "connectors.tls_needed"
    zh = "数据库 {place} 只接受加密连接。请在数据源中把“加密连接”设为 require 或 verify。"
    en = "The database {place} accepts encrypted connections only. Set the source's option tls to require or verify."
