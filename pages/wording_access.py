"""The words about signing in and what one may do."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
ACCESS: dict[str, tuple[str, str]] = {
    "sign_in_line": (
        "请先登录，再提问。",
        "Sign in to ask.",
    ),
    "sign_in": ("登录", "Sign in"),
    "sign_in_with": ("用 {name} 登录", "Sign in with {name}"),
    "sign_out": ("退出登录", "Sign out"),
    "signed_in": ("已登录：{email}", "Signed in: {email}"),
    "access_none": (
        "已用 {email} 登录，但此地址没有使用权限。请联系管理员把它列入 YANJU_READERS 或 "
        "YANJU_MANAGERS，或换一个账号。",
        "You signed in as {email}, which has no access. Ask the administrator to list it in "
        "YANJU_READERS or YANJU_MANAGERS, or use another account.",
    ),
    "access_manage": (
        "您的账号只能提问，不能改动资料库。请联系管理员。",
        "Your account may ask, but not change the library. Ask the administrator.",
    ),
    "access_local": (
        "未设登录：仅本机可用。",
        "No sign-in: this machine only.",
    ),
    "access_open": (
        "未设登录，而别的机器也能打开：谁都能查看并改动一切。"
        "请设置登录（见 README），或只监听 127.0.0.1。",
        "No sign-in, yet other machines can reach this: anybody may read and change everything. "
        "Set up sign-in (see README), or listen on 127.0.0.1 only.",
    ),
    "access_secrets": (
        "登录设置有误（{what}），为安全起见不对任何人开放。请改正 .streamlit/secrets.toml 后重启。",
        "The sign-in settings cannot be used ({what}), so nobody is let in. "
        "Mend .streamlit/secrets.toml and restart.",
    ),
}
