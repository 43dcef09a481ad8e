"""A model's failure in one line that a person can act on, without any key in it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from rag.errors import ModelFailed
from rag.failure import Kind, chain_of, kind_of, status_of
from rag.settings import RagSettings
from store import secret

_LINES: dict[Kind, tuple[str, str]] = {
    "refused": (
        "连不上语言模型服务 {where}：请确认服务已经启动、地址（YANJU_LLM_BASE_URL）正确。",
        "Cannot reach the model server {where}: start it or correct YANJU_LLM_BASE_URL.",
    ),
    "network": (
        "找不到语言模型服务 {where}：请检查网络和代理设置，或核对地址（YANJU_LLM_BASE_URL）。",
        "Cannot find the model server {where}: check network and proxy, or YANJU_LLM_BASE_URL.",
    ),
    "certificate": (
        "语言模型服务 {where} 的证书不被信任：请检查地址是 http 还是 https，以及代理或证书。",
        "The certificate of {where} is not trusted: check http or https, the proxy, the "
        "certificate.",
    ),
    "first_token": (
        "语言模型 {model} 在 {first:g} 秒内没有开始回答：请稍后再试、换小一些的模型，"
        "或调大 YANJU_LLM_FIRST_TOKEN_SECONDS。",
        "{model} did not begin within {first:g} s: try later, take a smaller model, or raise "
        "YANJU_LLM_FIRST_TOKEN_SECONDS.",
    ),
    "timeout": (
        "语言模型 {model} 在 {total:g} 秒内没有答完：请稍后再试、换快一些的模型，"
        "或调大 YANJU_LLM_TOTAL_SECONDS。",
        "{model} did not finish within {total:g} s: try later, take a faster model, or raise "
        "YANJU_LLM_TOTAL_SECONDS.",
    ),
    "key": (
        "语言模型服务 {where} 不接受密钥：请检查 YANJU_LLM_API_KEY。",
        "{where} does not accept the key: check YANJU_LLM_API_KEY.",
    ),
    "no_key": (
        "没有设置语言模型的密钥：请设置 YANJU_LLM_API_KEY。",
        "No key for the language model: set YANJU_LLM_API_KEY.",
    ),
    "forbidden": (
        "密钥无权使用模型 {model}：请在服务商处开通，或换一个模型。",
        "The key may not use {model}: have it enabled or choose another model.",
    ),
    "model": (
        "服务 {where} 上没有模型 {model}：{pull}请核对模型名和地址（通常以 /v1 结尾）。",
        "{where} has no model {model}: {pull_en}check its name and the address (it usually ends "
        "in /v1).",
    ),
    "quota": (
        "语言模型服务 {where} 的额度已经用完：请充值，或换一个密钥或模型。",
        "The quota at {where} is used up: top it up or use another key or model.",
    ),
    "busy": (
        "语言模型服务 {where} 请求过多：请稍后再试。",
        "{where} has too many requests: try again later.",
    ),
    "server": (
        "语言模型服务 {where} 自身出错（{status}）：请稍后再试，或查看该服务的日志。",
        "{where} has a fault of its own ({status}): try again later or look at its log.",
    ),
    "garbled": (
        "看不懂服务 {where} 的回复：请确认它与所选类型兼容，地址正确。",
        "Cannot read the reply of {where}: make sure that it speaks the protocol chosen and that "
        "the address is right.",
    ),
    "cut": (
        "语言模型 {model} 的回答中途断开：请重试，并检查网络和该服务。",
        "The answer of {model} was cut off: try again, check the network and the server.",
    ),
    "length": (
        "语言模型 {model} 的回答因长度上限被截断：请把问题问得更具体，或调大服务的输出上限。",
        "The answer of {model} hit its length limit: ask more narrowly or raise the server's "
        "limit.",
    ),
    "filtered": (
        "语言模型服务 {where} 的内容审查拦下了这次回答：请换个问法，或换一个模型。",
        "The content filter of {where} stopped the answer: rephrase or choose another model.",
    ),
    "context": (
        "材料超出了语言模型 {model} 的上下文长度：请把问题问得更具体，或换一个窗口更大的模型。",
        "The material is longer than the window of {model}: ask more narrowly or take a model "
        "with a larger window.",
    ),
    "request": (
        "语言模型服务 {where} 不接受这次请求{detail}：请换一个模型，或核对 YANJU_LLM。",
        "{where} does not accept the request{detail}: choose another model or check YANJU_LLM.",
    ),
    "package": (
        "缺少语言模型 {model} 的接口包：请运行 pip install {package}；"
        "兼容 OpenAI 接口的服务也可写作 openai:模型名。",
        "The integration for {model} is not installed: run pip install {package}; a "
        "server that speaks OpenAI's protocol can also be written openai:model.",
    ),
    "spec": (
        "语言模型的写法不对（{model}）：应为“提供方:模型名”，例如 openai:gpt-4o-mini、"
        "ollama:qwen3:8b，或 extractive（不用模型）。",
        "Cannot understand the model {model}: write provider:model, such as openai:gpt-4o-mini or "
        "ollama:qwen3:8b, or extractive (no model).",
    ),
    "other": (
        "语言模型 {model} 出错{detail}：请检查 YANJU_LLM、YANJU_LLM_BASE_URL 等设置后重试。",
        "{model} failed{detail}: check YANJU_LLM and YANJU_LLM_BASE_URL, then try again.",
    ),
}


def explain(error: BaseException, settings: RagSettings, spec: str = "") -> ModelFailed:
    """Say in one line of Chinese and English what is wrong with the model and what to do.

    Args:
        error: whatever loading or calling the model raised; a `ModelFailed` passes through.
        settings: names the server and the limits; its key appears in no message.
        spec: the ``provider:model`` in use, where it is not ``settings.llm``.
    """
    if isinstance(error, ModelFailed):
        return error
    kind = kind_of(error)
    spec = spec or settings.llm
    name = spec.partition(":")[2] or spec
    local = spec.startswith("ollama:")
    detail = _detail(error, settings)
    values = {
        "where": redact(_where(spec, settings), settings),
        "model": redact(name if kind not in {"spec", "package"} else spec, settings)[:80],
        "first": settings.llm_first_token_seconds,
        "total": settings.llm_total_seconds,
        "status": status_of(error) or "5xx",
        "pull": f"可运行 ollama pull {redact(name, settings)[:80]}；" if local else "",
        "pull_en": f"run ollama pull {redact(name, settings)[:80]}; " if local else "",
        "package": _package(error),
    }
    zh, en = _LINES[kind]
    return ModelFailed(
        zh.format(**values, detail=f"（{detail}）" if detail else ""),
        en.format(**values, detail=f" ({detail})" if detail else ""),
    )


def redact(text: str, settings: RagSettings) -> str:
    """`text` without any key: the settings', those of the environment, or what looks like one."""
    return secret.redact(text, settings.llm_api_key, settings.embedder_api_key)


def _where(spec: str, settings: RagSettings) -> str:
    """Host and port of the server; never user name and password."""
    if settings.llm_base_url:
        parts = urlsplit(settings.llm_base_url)
        host = parts.netloc.rpartition("@")[2]
        return host or redact(settings.llm_base_url, settings)
    return spec.partition(":")[0]


def _detail(error: BaseException, settings: RagSettings) -> str:
    """The first words of the server's own message, without keys and line breaks."""
    body = getattr(error, "body", None)
    text = body.get("message") if isinstance(body, dict) else None
    words = " ".join(str(text or error).split()) or type(error).__name__
    return redact(words, settings)[:120]


def _package(error: BaseException) -> str:
    """The package that the ImportError's own pip line names."""
    for one in chain_of(error):
        if found := re.search(r"pip install -?U? ?[\"']?([\w\-\[\].]+)", str(one)):
            return found.group(1)
    return str(getattr(error, "name", "") or "langchain").replace("_", "-")
