// The library's sources, for the build (binding.gyp) and for packing: in the repository they are
// two folders up; in a package that was packed, in the folder `core`.
//   node core.js files PART...    their paths, to compile
//   node core.js flags            how
//   node core.js include          the include path
//   node core.js copy PART...     into the folder `core`, before packing
//   node core.js build            the addon, with the headers that came with this Node
// Parts are those of sources.json: c, compat. The working directory is the package's.
'use strict';
const {spawnSync} = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const packed = path.resolve('core');
const list = path.join('fmmq', 'sources.json');

// The folder that holds fmmq/sources.json: in the repository, somewhere above.
function findRoot() {
  for (const root of ['../..', '../../..'].map((up) => path.resolve(up))) {
    const inside = path.join(root, 'fmmq', 'node', path.sep);
    if (`${process.cwd()}${path.sep}`.startsWith(inside) && fs.existsSync(path.join(root, list))) {
      return root;
    }
  }
  return packed;
}

const root = findRoot();
const about = JSON.parse(fs.readFileSync(path.join(root, list), 'utf8'));

function copy(parts) {
  fs.rmSync(packed, {recursive: true, force: true});
  const files = parts.flatMap((part) => [...about[part].sources, ...about[part].headers]);
  for (const file of [list, ...files]) {
    const to = path.join(packed, file);
    fs.mkdirSync(path.dirname(to), {recursive: true});
    fs.copyFileSync(path.join(root, file), to);
  }
  fs.copyFileSync(__filename, path.join(packed, 'core.js'));
  fs.copyFileSync(path.join(root, 'LICENSE'), 'LICENSE');
}

// node-gyp's own choice is to fetch headers, unless it is told where they are.
function build() {
  const prefix = path.resolve(fs.realpathSync(process.execPath), '../..');
  const found = fs.existsSync(path.join(prefix, 'include/node/node_api.h'));
  const headers = found ? ['--nodedir', prefix] : [];
  const {status, error} = spawnSync('node-gyp', ['rebuild', ...headers], {stdio: 'inherit'});
  if (error !== undefined) throw error;
  process.exitCode = status ?? 1;
}

const [command, ...parts] = process.argv.slice(2);
const here = (file) => path.relative('', path.join(root, file));
if (command === 'files') {
  console.log(parts.flatMap((part) => about[part].sources.map(here)).join('\n'));
} else if (command === 'flags') {
  console.log(about.flags.join('\n'));
} else if (command === 'include') {
  console.log(here(''));
} else if (command === 'copy') {
  if (root !== packed) copy(parts);
} else if (command === 'build') {
  build();
} else {
  throw new Error('core.js files | flags | include | copy | build');
}
