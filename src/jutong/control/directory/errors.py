"""What can go wrong with people, roles and departments."""

from jutong.kernel.errors import ErrorKind, JutongError


class PermissionDenied(JutongError):
    code = "directory.permission_denied"
    kind = ErrorKind.FORBIDDEN
    zh = (
        "当前账号没有「{permission_zh}」的权限（{reason_zh}）。请联系本部门负责人，由安全管理员授予相应角色。"
    )
    en = "You may not {permission_en} ({reason_en}). Have the security administrator give you the role."


class RoleConflict(JutongError):
    code = "directory.role_conflict"
    kind = ErrorKind.CONFLICT
    zh = "角色「{role}」与该用户已有角色「{existing}」互斥（三员分立）。请先撤销已有角色，或指派另一名人员。"
    en = "The role {role} excludes {existing}, which this person already has. Remove that one first or choose another person."


class OwnMembership(JutongError):
    code = "directory.own_membership"
    kind = ErrorKind.FORBIDDEN
    zh = "不能修改本人的角色。请由另一名安全管理员办理。"
    en = "Nobody changes their own roles. Ask another security administrator."


class NotFound(JutongError):
    code = "directory.not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到{what_zh} {key}。请核对后重试，或在列表中重新选择。"
    en = "There is no {what_en} {key}. Check it, or choose again from the list."


class AlreadyExists(JutongError):
    code = "directory.already_exists"
    kind = ErrorKind.CONFLICT
    zh = "{what_zh} {key} 已存在。请换一个编码，或直接使用已有的。"
    en = "The {what_en} {key} exists already. Choose another code or use the existing one."


class InputInvalid(JutongError):
    code = "directory.input_invalid"
    zh = "{field_zh}不符合要求：{reason_zh}。请修改后重新提交。"
    en = "{field_en} is not acceptable: {reason_en}. Change it and submit again."


class NotStorable(JutongError):
    code = "directory.not_storable"
    zh = "提交的内容含有不能保存的字符，或过长、过大的值，没有保存。请检查后重新提交。"
    en = "What was sent has characters, lengths or numbers that cannot be kept; nothing was. Check it and send it again."


class AuditImmutable(JutongError):
    code = "directory.audit_immutable"
    kind = ErrorKind.FORBIDDEN
    zh = "审计记录只能追加，不能修改或删除。如需更正，请另行追加说明。"
    en = "Audit events are only ever added: none is changed or deleted. To correct one, add another."


class AdministratorProtected(JutongError):
    code = "directory.administrator_protected"
    kind = ErrorKind.FORBIDDEN
    zh = "「{username}」是管理员账号，其他管理员不能改动。请由其本人修改口令，或在服务器上运行 jutong password {username}。"
    en = (
        "{username} is an administrator's account, which no other administrator may change. "
        "Let its owner change the password, or run jutong password {username} on the server."
    )


class TokenInvalid(JutongError):
    code = "directory.token_invalid"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "访问令牌无效、已过期或已撤销。请在工作台“访问令牌”页面新建一个。"
    en = "The access token is not valid, has expired or was revoked. Make a new one in the workbench."


class TokenReadsOnly(JutongError):
    code = "directory.token_reads_only"
    kind = ErrorKind.FORBIDDEN
    zh = "这个访问令牌只能查看。请新建一个可以办理的令牌后重试。"
    en = "This access token may only read. Make one that may write, and try again."
