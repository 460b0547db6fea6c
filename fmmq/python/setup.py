"""Builds the two extensions: with a C++ compiler alone, offline, for Python 3.11 and later.

The core is compiled in. Its sources and flags are those of fmmq/sources.json, which Bazel's build
is tested against: in the repository they lie two folders up, in an sdist below native/.
"""

import atexit
import json
import os
import shutil
import tempfile
from multiprocessing.pool import ThreadPool
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
NATIVE = HERE / "native"
ROOT = NATIVE if NATIVE.is_dir() else HERE.parent.parent
LISTED = json.loads((ROOT / "fmmq/sources.json").read_text())
OWN = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "fmmq/python/src").glob("*.cc"))
COMPAT = "fmmq/python/src/fastmmapmq.cc"
SOURCES = {
    "fmmq._fmmq": [source for source in OWN if source != COMPAT],
    "fastmmapmq._fastmmapmq": [COMPAT, *LISTED["compat"]["sources"]],
}
# Nothing is written beside the sources.
WORK = tempfile.mkdtemp(prefix="fmmq-build-")
atexit.register(shutil.rmtree, WORK, ignore_errors=True)


class BuildExtensions(build_ext):
    """Compiles the core once for both extensions, and files side by side."""

    def build_extensions(self):
        core = self.compile(LISTED["c"]["sources"])
        for extension in self.extensions:
            path = Path(self.get_ext_fullpath(extension.name))
            path.parent.mkdir(parents=True, exist_ok=True)
            self.compiler.link_shared_object(
                core + self.compile(SOURCES[extension.name]),
                str(path),
                # Nothing of C++'s run-time library is used.
                target_lang="c",
                extra_postargs=["-O2", "-flto", "-Wl,--gc-sections"],
            )

    def compile(self, sources):
        def compile_one(source):
            return self.compiler.compile(
                [str(ROOT / source)],
                output_dir=self.build_temp,
                include_dirs=[str(ROOT), *self.include_dirs],
                # After the interpreter's own options: the last one counts.
                extra_postargs=["-O2", "-g0", "-flto", *LISTED["flags"]],
            )

        with ThreadPool(os.cpu_count()) as pool:
            return [name for names in pool.map(compile_one, sources) for name in names]


class SourceDistribution(sdist):
    """Takes along the part of the repository that it is built from."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        own = [str(path.relative_to(ROOT)) for path in (ROOT / "fmmq/python/src").iterdir()]
        core = [LISTED[part][kind] for part in ("c", "compat") for kind in ("sources", "headers")]
        for name in ["fmmq/sources.json", *own, *(name for names in core for name in names)]:
            target = Path(base_dir, "native", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)


setup(
    ext_modules=[Extension(name, [], py_limited_api=True) for name in SOURCES],
    cmdclass={"build_ext": BuildExtensions, "sdist": SourceDistribution},
    options={
        "bdist_wheel": {"py_limited_api": "cp311", "bdist_dir": WORK + "/wheel"},
        "build": {"build_base": WORK},
        "egg_info": {"egg_base": WORK},
    },
)
