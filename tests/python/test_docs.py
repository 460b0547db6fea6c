"""What the documentation says is so: doctests, README.md's examples, docstrings, types."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import fastmmapmq
import fmmq
from support import QueueTest, is_sanitized

HERE = Path(__file__).absolute().parent
PACKAGE = Path(fmmq.__file__).absolute().parent
# In Bazel's tree, or an installed package beside the repository.
SOURCES = next(
    parent / "fmmq" / "python"
    for parent in [PACKAGE, *HERE.parents]
    if (parent / "fmmq/python/README.md").exists()
)

MODULES = [
    fmmq,
    fastmmapmq,
    *(
        importlib.import_module("fmmq." + name)
        for name in ("errors", "objects", "observer", "queue", "shared_string", "types", "waiting")
    ),
]


class Documentation(QueueTest):
    def test_doctests(self) -> None:
        # Under names of our own: this test may run twice at a time.
        name = self.new_name()
        runner = doctest.DocTestRunner(verbose=False)
        for module in MODULES:
            for test in doctest.DocTestFinder().find(module):
                for example in test.examples:
                    example.source = example.source.replace('"fmmq-doctest"', repr(name))
                runner.run(test)
        self.assertEqual(runner.failures, 0)
        self.assertGreater(runner.tries, 20)

    def test_the_examples_of_the_readme(self) -> None:
        text = (SOURCES / "README.md").read_text()
        blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        self.assertGreater(len(blocks), 4)
        for block in blocks:
            with self.subTest(block):
                name = self.new_name()
                script = block.replace('"orders"', repr(name)).replace('"answers"', repr(name + "2"))
                try:
                    result = self.run_script("if __name__ == '__main__':\n    pass\n" + script)
                finally:
                    for made in (name, name + "2"):
                        if made in fmmq.names():
                            fmmq.remove(made)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                expected = re.findall(r"# prints: (.*)", block)
                self.assertEqual(result.stdout.splitlines(), expected)

    def test_everything_public_is_documented(self) -> None:
        for name in fmmq.__all__:
            thing = getattr(fmmq, name)
            if not inspect.isclass(thing):
                continue
            self.assertTrue(thing.__doc__, name)
            for method, value in vars(thing).items():
                if method.startswith("_") or not callable(value) or name == "ObjectQueue":
                    continue
                self.assertTrue(inspect.getdoc(value), f"{name}.{method}")
        for method in ("put", "get", "put_many", "get_many", "close", "end", "full", "fileno"):
            self.assertTrue(inspect.getdoc(getattr(fmmq.Queue, method)))
            self.assertTrue(inspect.signature(getattr(fmmq.Queue, method)))

    def test_the_version_is_that_of_the_library(self) -> None:
        project = (SOURCES / "pyproject.toml").read_text()
        self.assertIn(f'version = "{fmmq.__version__}"', project)


@unittest.skipUnless(shutil.which("mypy", path="/usr/bin"), "Debian's mypy is missing")
@unittest.skipIf(is_sanitized(), "mypy is not what is tested here")
class Types(QueueTest):
    def run_tool(self, *command: str) -> str:
        with tempfile.TemporaryDirectory() as cache:
            result = subprocess.run(
                [sys.executable, "-m", *command],
                capture_output=True,
                text=True,
                cwd=cache,
                env={"PYTHONPATH": str(PACKAGE.parent), "MYPYPATH": str(PACKAGE.parent)},
                check=False,
            )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def test_are_right(self) -> None:
        for folder in (PACKAGE, Path(fastmmapmq.__file__).parent):
            self.run_tool("mypy", "--strict", "--python-version=3.11", str(folder))

    def test_of_the_stubs_are_those_of_the_extensions(self) -> None:
        self.run_tool("mypy.stubtest", "fmmq._fmmq", "fastmmapmq._fastmmapmq")

    def test_are_seen_by_programs(self) -> None:
        program = 'import fmmq\nq = fmmq.Queue("x")\nreveal_type(q.get())\nq.put("text")\n'
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "program.py").write_text(program)
            result = subprocess.run(
                [sys.executable, "-m", "mypy", "program.py"],
                capture_output=True,
                text=True,
                cwd=folder,
                env={"PYTHONPATH": str(PACKAGE.parent), "MYPYPATH": str(PACKAGE.parent)},
                check=False,
            )
        self.assertIn('Revealed type is "builtins.bytes"', result.stdout)
        self.assertIn('incompatible type "str"', result.stdout)


if __name__ == "__main__":
    unittest.main()
