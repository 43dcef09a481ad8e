"""Shared fixtures: no network but loopback, a small library of invented officials."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Assistant, RagSettings
from store import Library
from tests.window import chromium, server, visit  # noqa: F401

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
ROOT = Path(__file__).resolve().parent.parent

BRIDGE = """桥梁养护要算长远账



陆承远
云溪省青川市交通运输局
党组书记、局长

近年来,青川市交通运输局把桥梁安全放在首位,全市一千二百座桥梁全部建立健康档案,做到一桥一档、动态更新。

一、坚持预防为主,把病害消灭在萌芽

要坚持小病早治、小修不等大修。去年全市完成桥梁预防性养护326座,同比增长18%,养护资金节约近两成。

对超载车辆要从源头管住,在货运集中的八个路口建设不停车检测点,发现超限车辆当场劝返。

二、依靠科技手段,让桥梁会说话

在特大桥上布设振动、应变、位移三类传感器,数据实时传回监测中心,异常情况十分钟内预警到责任人。

养护工人是第一道防线。要提高一线养护工人的高温补贴和体检标准,让他们体面劳动、安心工作。



苏晚棠
云溪省青川市图书馆
馆长

让书香飘进每一条街巷

公共图书馆是城市的书房。青川市图书馆坚持免费开放、错时开放,每晚延长到九点半闭馆。

一、把服务送到家门口

建立“总馆+街道分馆+社区书屋”三级网络,建成社区书屋67家,居民步行十五分钟就能借到书。

为行动不便的老人和残疾人开展送书上门,志愿者每周三集中配送。

二、让孩子爱上阅读

开展“小小领读人”活动,由孩子给孩子讲故事,全年举办412场,三万余名儿童参加。
"""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the tests may leave this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and host and host != "localhost":
            try:
                inside = ipaddress.ip_address(host).is_loopback
            except ValueError:
                inside = False
            if not inside:
                raise OSError(101, f"network is blocked in tests: {host}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _no_outer_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings of whoever runs the tests do not reach them, nor those they once chose."""
    import os

    for name in [n for n in os.environ if n.startswith("YANJU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YANJU_HOME", str(tmp_path / "home"))


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    """Settings whose folders are the test's own; no samples."""
    documents = tmp_path / "documents"
    documents.mkdir()
    return RagSettings(
        home=tmp_path / "home",
        documents=documents,
        samples=tmp_path / "no-samples",
        lock_seconds=0.3,
        _env_file=None,
    )


@pytest.fixture
def library(settings: RagSettings) -> Library:
    """An empty library."""
    return Library.open(settings)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over two invented officials of one town; do not change its library."""
    home = tmp_path_factory.mktemp("town")
    (home / "documents").mkdir()
    (home / "documents" / "town.txt").write_text(BRIDGE, encoding="utf-8")
    made = RagSettings(
        home=home / "home",
        documents=home / "documents",
        samples=home / "none",
        _env_file=None,
    )
    library = Library.open(made)
    library.sync()
    yield Assistant(library, made)


@pytest.fixture
def damaged(tmp_path: Path) -> Callable[[Path], Path]:
    """A model's folder → a copy of it whose weights are cut off."""

    def copy(model: Path) -> Path:
        made = tmp_path / "model"
        shutil.copytree(model, made)
        weights = made / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-100])
        return made

    return copy
