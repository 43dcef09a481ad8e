"""The words of the page of settings."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
SETTINGS: dict[str, tuple[str, str]] = {
    "page_settings": ("设置", "Settings"),
    "settings_line": (
        "在这里选定的设置对所有窗口生效，存放在 {home}。环境变量和 .env 优先于这里的选择。",
        "What is chosen here counts in every window and is kept in {home}. "
        "The environment and .env outdo it.",
    ),
    "settings_link": ("打开设置", "Open the settings"),
    "settings_locked": (
        "由 {source} 决定，在这里改不了。",
        "Decided by {source}; it cannot be changed here.",
    ),
    "settings_default": ("默认：{value}", "Default: {value}"),
    "settings_saved": ("已保存，从下一个问题起生效。", "Saved; counts from the next question on."),
    "settings_save": ("保存", "Save"),
    "settings_engine": ("回答方式", "How answers are written"),
    "settings_engine_why": (
        "每一句都照样逐字核对；模型连不上或答错时，自动改用内置摘录。",
        "Every sentence is checked all the same; when a model fails, the extracts are there.",
    ),
    "engine_extractive_why": (
        "只用原文的句子作答，不联网，不需要密钥。",
        "Answers with the source's own sentences. No network, no key.",
    ),
    "engine_model_why": (
        "问题和找到的段落会发给该模型的服务，由它写成回答。",
        "The question and the passages found are sent to the model's server, which writes.",
    ),
    "set_spec": ("模型", "Model"),
    "set_spec_help": (
        "写作“供应商:型号”。任何兼容 OpenAI 接口的服务都可写作 openai:型号，再填服务地址。",
        "Written provider:model. Any server that speaks OpenAI's protocol is openai:model with "
        "its address.",
    ),
    "set_base_url": ("服务地址", "Server address"),
    "set_base_url_hint": (
        "留空：该供应商的官方地址",
        "empty: the provider's own address",
    ),
    "set_api_key": ("密钥", "Key"),
    "key_kept": (
        "已保存，不再显示；留空则不变",
        "kept, never shown again; leave empty to keep it",
    ),
    "key_none": ("没有保存密钥", "no key is kept"),
    "key_moves": (
        "供应商或地址变了：原来的密钥不会发往新地址，如需要请重新填写。",
        "Provider or address have changed: the kept key is not sent there. Type it if needed.",
    ),
    "key_delete": ("删除密钥", "Delete the key"),
    "key_deleted": ("密钥已删除。", "The key was deleted."),
    "settings_embedder": ("向量模型", "Embedding model"),
    "settings_embedder_why": (
        "用来按意思查找段落。更换后须把全部 {count} 段重新编入索引；编完之前、失败或停止时，"
        "仍用原来的索引。",
        "Finds paragraphs by their meaning. Another one needs all {count} paragraphs indexed "
        "again; until then, or when that fails or is stopped, the old index serves.",
    ),
    "embedder_builtin": ("内置模型", "Built-in model"),
    "embedder_builtin_why": (
        "随程序附带，离线，懂口语问题；编入每秒约 60 段。",
        "Comes with the program; offline; knows everyday words; some 60 paragraphs a second.",
    ),
    "embedder_static": ("内置词表", "Built-in table"),
    "embedder_static_why": (
        "随程序附带，离线，最快，适合几十万段的资料库；口语问题找得少些。",
        "Comes with the program; offline; fastest, for hundreds of thousands of paragraphs; finds "
        "less for everyday words.",
    ),
    "embedder_model": ("自选模型", "A model by name"),
    "embedder_model_why": (
        "sentence-transformers 的名称或本机路径；写名称时可能下载。",
        "A sentence-transformers name or path; a name may be downloaded.",
    ),
    "embedder_endpoint": ("向量服务", "An endpoint"),
    "embedder_endpoint_why": (
        "兼容 OpenAI 的 /embeddings 地址；全部段落和问题会发往该服务。",
        "An OpenAI-compatible /embeddings address; all paragraphs and questions are sent there.",
    ),
    "set_embedder_name": ("名称或路径", "Name or path"),
    "set_embedder_url": ("地址（http 或 https）", "Address (http or https)"),
    "set_embedder_model": ("该服务上的模型名", "Model name at that server"),
    "index_change": ("更换并重建索引", "Change it and index again"),
    "index_again": ("按现在的设置重建索引", "Index again by the settings"),
    "index_loading": ("正在载入向量模型…", "Loading the embedding model…"),
    "index_running": (
        "正在重建索引：{done} / {count} 段。停止也不影响现有索引。",
        "Indexing: {done} of {count} paragraphs. Stopping leaves the present index as it is.",
    ),
    "index_done": (
        "索引已重建（{count} 段），从下一个问题起生效。",
        "Indexed again ({count} paragraphs); counts from the next question on.",
    ),
    "index_blank": ("请填写{what}。", "Fill in: {what}."),
    "settings_strict": ("核对不通过的句子", "Sentences that fail the check"),
    "settings_strict_why": (
        "每一句都与所引段落逐字核对。内置摘录极少不通过，语言模型写的句子会有。",
        "Each sentence is checked against what it cites. Extracts hardly ever fail; a model's "
        "sentences sometimes do.",
    ),
    "strict_off": ("照样显示，并标明哪里不符", "Show them, marked"),
    "strict_on": ("不显示", "Leave them out"),
    "settings_language": ("默认界面语言", "Language at first"),
    "settings_language_why": (
        "新打开的窗口用这种语言；各窗口仍可在侧栏另选。",
        "For windows newly opened; each can still choose another in the sidebar.",
    ),
    "settings_talks": ("保存对话", "Keep conversations"),
    "settings_talks_why": (
        "存为 {home} 里的 JSON 文件，连同所引原文。关闭后，新的对话只在窗口开着时存在；"
        "已保存的不受影响。",
        "As JSON files in {home}, with the text they cite. Switched off, a new conversation lives "
        "as long as its window; those already kept stay.",
    ),
    "talks_keep": ("保存对话", "Keep conversations"),
    "talks_clear": (
        "删除全部已保存的对话（{count} 个）",
        "Delete all kept conversations ({count})",
    ),
    "talks_clear_ask": (
        "彻底删除 {count} 个对话，包括先前移除的？此操作无法撤销。",
        "Delete {count} conversations for good, those removed before too? This cannot be undone.",
    ),
    "talks_clear_yes": ("确认删除", "Delete them"),
    "talks_cleared": ("已删除 {count} 个对话文件。", "Deleted {count} conversation file(s)."),
    "value_on": ("开", "on"),
}
