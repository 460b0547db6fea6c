'use strict';
const assert = require('node:assert');
const {execFileSync, spawnSync} = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {after, test} = require('node:test');
const {PACKAGE, COMPAT_PACKAGE, uniqueName} = require('./support.js');

// A project that has both packages.
const project = fs.mkdtempSync(path.join(os.tmpdir(), 'fmmq-node-'));
after(() => fs.rmSync(project, {recursive: true}));
fs.mkdirSync(path.join(project, 'node_modules'));
const folder = (found) => path.dirname(require.resolve(path.join(found, 'package.json')));
fs.symlinkSync(folder(PACKAGE), path.join(project, 'node_modules/fmmq'));
fs.symlinkSync(folder(COMPAT_PACKAGE), path.join(project, 'node_modules/fastmmapmq'));

// A name of its own each time: process numbers are others' as well, in other namespaces.
const use = () => `const name = '${uniqueName()}';
const queue = Queue.create(name);
queue.tryWrite('hello');
console.log(String(queue.tryRead()), version, fastmmapmq.WriteSync(4000, 'x'));
Queue.remove(name);
`;
function run(file, text) {
  fs.writeFileSync(path.join(project, file), text);
  return execFileSync(process.execPath, [file], {cwd: project, encoding: 'utf8'});
}

test('the packages are found by name, as CommonJS and as ES modules', () => {
  const expected = `hello ${require(path.join(folder(PACKAGE), 'package.json')).version} -1\n`;
  assert.strictEqual(run('a.js', `const {Queue, version} = require('fmmq');
const fastmmapmq = require('fastmmapmq');
${use()}`), expected);
  assert.strictEqual(run('a.mjs', `import {Queue, version} from 'fmmq';
import fastmmapmq from 'fastmmapmq';
${use()}`), expected);
  assert.strictEqual(run('b.mjs', `import fmmq, * as all from 'fmmq';
import {createRequire} from 'node:module';
const same = createRequire(import.meta.url)('fmmq');
console.log(Object.keys(all).filter((name) => name !== 'default').sort().join() ===
  Object.keys(same).sort().join(), same === fmmq, all.Queue === same.Queue);
`), 'true true true\n');
});

// Every member of the classes is in index.d.ts, and the other way round.
test('index.d.ts names what there is', () => {
  const types = fs.readFileSync(path.join(folder(PACKAGE), 'index.d.ts'), 'utf8');
  const there = new Set();
  for (const exported of Object.values(require(PACKAGE))) {
    if (typeof exported !== 'function' || exported.prototype instanceof Error) continue;
    for (let one = exported.prototype; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
      Object.getOwnPropertyNames(one).forEach((name) => there.add(name));
    }
    for (const name of Object.getOwnPropertyNames(exported)) {
      if (typeof exported[name] === 'function') there.add(name);
    }
  }
  for (const name of there) {
    if (!name.startsWith('_')) assert.match(types, new RegExp(`\\b${name}\\b`), name);
  }
  const methods = types.matchAll(/^  (?:static |readonly )?(\w+)\(/gm);
  const declared = [...methods].map(([, name]) => name);
  assert.ok(declared.length > 40);
  for (const name of declared) {
    if (name !== 'constructor' && name !== 'return') assert.ok(there.has(name), name);
  }
});

// Debian's @types/node where it is, and in any case a stand-in.
const roots = [path.join(__dirname, 'types'), '/usr/share/nodejs/@types'].filter((root) =>
  fs.existsSync(path.join(root, 'node/index.d.ts')));
for (const root of roots) {
  test(`index.d.ts is what tsc takes it for, with ${root}/node`, () => {
    fs.copyFileSync(path.join(__dirname, 'types/use.ts'), path.join(project, 'use.ts'));
    fs.writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        strict: true, noEmit: true, target: 'es2022', lib: ['es2022'], module: 'commonjs',
        moduleResolution: 'node', typeRoots: [root], types: ['node'], preserveSymlinks: true,
        baseUrl: '.', paths: {'undici-types': [path.join(root, '../undici-types')]},
      },
      files: ['use.ts'],
    }));
    const {status, stdout, error} = spawnSync('tsc', ['-p', project], {encoding: 'utf8'});
    assert.strictEqual(error, undefined, 'tsc: see tools/install-packages');
    assert.strictEqual(status, 0, stdout);
  });
}
