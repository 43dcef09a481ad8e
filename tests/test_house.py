"""The rules of the house: who may import whom, how long a file is, what a facade offers."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("app.py", "pages", "rag", "store")
LONGEST_FILE = 330
LONGEST_FUNCTION = 70
HEAVY = ("torch", "chromadb", "sentence_transformers", "streamlit")

# Folder → modules that it must not import, itself or anything below them.
FORBIDDEN = {
    "store": (
        "rag",
        "app",
        "pages",
        "training",
        "streamlit",
        "langchain.chat_models",
        "langchain_core.language_models",
    ),
    "rag": ("app", "pages", "training", "streamlit", "chromadb", "langchain_chroma"),
    "pages": ("app", "training", "chromadb", "langchain_chroma"),
    "app.py": ("training", "chromadb", "langchain_chroma"),
    "training": ("app", "pages", "streamlit"),
}
# A chat model can come from any provider's package, so in store it is known by its name.
CHAT_MODEL = re.compile(r"Chat[A-Z]\w*|BaseChatModel|init_chat_model")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*roots: str) -> list[Path]:
    """Python files of these folders or files, as far as they are there."""
    found: list[Path] = []
    for root in roots:
        path = ROOT / root
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Module and name (or "") of every import in the file, those inside functions too."""
    package = place(path.parent).replace("/", ".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*above, node.module or ""]) if node.level else node.module or ""
            yield from ((module.rstrip("."), alias.name) for alias in node.names)


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, Function)]


def public_nodes(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Public classes and functions of a module, and the public methods of those classes."""

    def named(body: list[ast.stmt]) -> Iterator[ast.ClassDef | Function]:
        for node in body:
            if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
                yield node

    for node in named(module.body):
        yield node.name, node
        if isinstance(node, ast.ClassDef):
            for method in named(node.body):
                yield f"{node.name}.{method.name}", method


def is_setter(node: ast.AST) -> bool:
    """Whether the docstring is that of the property of the same name, or of an overload's body."""
    for decorator in getattr(node, "decorator_list", []):
        name = decorator.attr if isinstance(decorator, ast.Attribute) else ""
        name = decorator.id if isinstance(decorator, ast.Name) else name
        if name in {"setter", "deleter", "overload"}:
            return True
    return False


every_file = pytest.mark.parametrize("path", files(*PRODUCT), ids=place)
product_and_training = pytest.mark.parametrize("path", files(*PRODUCT, "training"), ids=place)


@product_and_training
def test_imports_point_one_way(path: Path) -> None:
    forbidden = FORBIDDEN[place(path).split("/")[0]]
    for module, name in imports(path):
        # `from langchain import chat_models` names a module too.
        for full in (module, f"{module}.{name}"):
            assert not any(full == other or full.startswith(f"{other}.") for other in forbidden), (
                f"{place(path)} imports {full}"
            )


@pytest.mark.parametrize("path", files("store"), ids=place)
def test_store_knows_no_language_model(path: Path) -> None:
    for module, name in imports(path):
        assert not CHAT_MODEL.fullmatch(name), f"{place(path)} imports {name} from {module}"


def test_streamlit_is_drawn_only_by_the_pages() -> None:
    for path in files("rag", "store", "training"):
        assert not [module for module, _ in imports(path) if module.split(".")[0] == "streamlit"]


@pytest.mark.parametrize("package", ["store", "rag"])
def test_the_facade_keeps_what_it_promises(package: str) -> None:
    facade = importlib.import_module(package)
    assert facade.__doc__
    assert len(set(facade.__all__)) == len(facade.__all__) > 0
    for name in facade.__all__:
        assert not name.startswith("_")
        assert getattr(facade, name, None) is not None, f"{package}.{name}"


@pytest.mark.parametrize("package", ["store", "rag"])
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    code = f"import sys, {package}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []


@every_file
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{place(path)} has {lines} lines"


@every_file
def test_a_function_fits_on_one_screen(path: Path) -> None:
    for node in functions(path):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        assert lines <= LONGEST_FUNCTION, f"{place(path)}: {node.name} has {lines} lines"


@every_file
def test_public_names_have_docstrings(path: Path) -> None:
    module = tree(path)
    if module.body:
        assert ast.get_docstring(module), f"{place(path)} has no docstring"
    for name, node in public_nodes(module):
        if not is_setter(node):
            assert ast.get_docstring(node), f"{place(path)}: {name} has no docstring"  # type: ignore[arg-type]


@every_file
def test_functions_are_typed(path: Path) -> None:
    for node in functions(path):
        assert node.returns is not None, f"{place(path)}: {node.name} has no return type"


@every_file
def test_nothing_prints_but_the_commands(path: Path) -> None:
    if path.name == "__main__.py":
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{place(path)}:{node.lineno} prints"


@every_file
def test_no_drawer_for_everything(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    assert not {"utils", "helpers", "manager", "base"} & set(parts)


def names_of_the_samples() -> set[str]:
    """Names of the people in `samples/` and of the places in their organizations."""
    names: set[str] = set()
    for path in sorted((ROOT / "samples").glob("*.md")):
        parts = path.read_text(encoding="utf-8").split("---\n", 2)
        if len(parts) < 3:
            continue
        declared = yaml.safe_load(parts[1])
        names.add(declared["speaker"])
        names.update(re.findall(r"(\w{2,4}?)[省市区县州]", declared["organization"]))
    return names


def test_names_of_the_samples_are_found() -> None:
    names = names_of_the_samples()
    assert len(names) >= 8
    assert all(2 <= len(name) <= 4 for name in names)


@every_file
def test_the_code_knows_nobody_from_the_samples(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [name for name in names_of_the_samples() if name in text]


def test_tests_and_training_know_nobody_from_the_samples() -> None:
    """What is tested on the very people that are shown tells nothing about others."""
    speakers = {
        yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])["speaker"]
        for path in (ROOT / "samples").glob("*.md")
        if path.name != "README.md"
    }
    for path in files("tests", "training"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in speakers if name in text], place(path)


def test_the_code_is_there() -> None:
    """The rules above hold of something: an empty list of files would pass them all."""
    assert {place(path) for path in files("store", "rag")} >= {
        "store/__init__.py",
        "rag/__init__.py",
    }
