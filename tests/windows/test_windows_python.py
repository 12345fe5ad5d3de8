"""The Windows PC of the tests is what it says: the tests on it prove nothing otherwise."""

import json

from tests.windows.pc import Program, WindowsPc
from tests.windows.remote_desktop import a_server, at_its_dialog, connected

SYSTEM = "import json, platform, sys; print(json.dumps([platform.system(), sys.version_info[:2], sys.platform]))"
LIBRARIES = """
import asyncio, sqlite3, ssl
import msgspec, platformdirs, psutil, websockets
loop = type(asyncio.new_event_loop()).__name__
disk = sqlite3.connect(platformdirs.user_data_path(ensure_exists=True) / "proof.db")
disk.execute("create table proof (word text)")
disk.execute("insert into proof values ('kept')")
print(disk.execute("select word from proof").fetchone()[0], asyncio.run(asyncio.sleep(0, loop)))
"""
PROCESSES = "import json, psutil; print(json.dumps([[p.name(), p.cmdline()[1:]] for p in psutil.process_iter()]))"
CONNECTIONS = r"""
import json, sys
sys.path.append(sys.prefix + r"\Lib\site-packages")
import psutil
print(json.dumps([[":".join(map(str, c.raddr)), c.status] for c in psutil.net_connections("tcp") if c.raddr]))
"""


async def answer(program: Program) -> object:
    return json.loads(await program.line())


async def test_it_is_a_windows_python(pc: WindowsPc) -> None:
    assert await answer(await pc.python("-c", SYSTEM)) == ["Windows", [3, 11], "win32"]


async def test_asyncio_sqlite_tls_and_the_packages_of_the_agent_work(pc: WindowsPc) -> None:
    program = await pc.python("-c", LIBRARIES)
    assert await program.line() == "kept ProactorEventLoop"


async def test_processes_are_seen_with_names_and_arguments(pc: WindowsPc) -> None:
    async with a_server() as peer:
        viewer = await at_its_dialog(pc, peer)
        seen = await answer(await pc.python("-c", PROCESSES))
        assert isinstance(seen, list)
        assert ["mstsc.exe", [f"/v:{peer}", "/prompt"]] in seen
        await viewer.close()


async def test_an_established_connection_to_the_loopback_is_seen(pc: WindowsPc) -> None:
    async with a_server() as peer:
        viewer = await connected(pc, peer)
        seen, as_made_up = [await answer(await pc.python(*how, "-c", CONNECTIONS)) for how in (("-S",), ())]
        assert isinstance(seen, list)
        assert isinstance(as_made_up, list)
        assert [peer, "ESTABLISHED"] in seen
        assert [peer, "ESTABLISHED"] in as_made_up
        await viewer.close()
