// The predecessor's functions. That ids are found by "node" makes these tests each other's
// neighbours: what they create in one process has names of its own, but for the demonstration's.
'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const {COMPAT_PACKAGE, start} = require('./support.js');
const old = require(COMPAT_PACKAGE);

const expected = `aaab \naaab \naaab aaab aaab \nString Sync\nString Sync\nString Sync\naaac \n` +
  'String Async\nString Async\ntest \n';

test('the demonstration prints what it always did, in that order', async () => {
  for (let round = 0; round < 20; ++round) {
    const child = start('demo.js');
    assert.strictEqual(await child.ended, 0, child.complained);
    assert.strictEqual(child.printed, expected);
  }
});

let count = 0;
const uniqueId = () => `compat-${process.pid}-${++count}`;
function makePair() {
  const id = uniqueId();
  const made = old.CreateMmapSync(id, 'rwx------');
  return [made, old.ConnectMmapSync(process.argv[1], id), id];
}

test('twelve functions', () => {
  assert.deepStrictEqual(Object.keys(old).sort(), [
    'ConnectMmapAsync', 'ConnectMmapSync', 'CreateMmapAsync', 'CreateMmapSync',
    'GetSharedStringAsync', 'GetSharedStringSync', 'ReadAsync', 'ReadSync', 'WriteAsync',
    'WriteSharedStringAsync', 'WriteSharedStringSync', 'WriteSync',
  ]);
});

test('both modes of reading', () => {
  const [a, b] = makePair();
  assert.strictEqual(old.WriteSync(a, 'one'), 0);
  assert.strictEqual(old.WriteSync(a, 'zwölf ☃'), 0);
  assert.strictEqual(old.ReadSync(b, 1), 'one zwölf ☃ ');
  assert.strictEqual(old.ReadSync(b, 1), '');
  assert.strictEqual(old.ReadSync(a, 0), 'one zwölf ☃ ');
  assert.strictEqual(old.ReadSync(b, 0), '');
});

test('what is wrong is -1, or empty, and nothing ends', () => {
  for (const [call, result] of [
    [() => old.ConnectMmapSync(process.argv[1], uniqueId()), -1],
    [() => old.CreateMmapSync(uniqueId(), 'nonsense'), -1],
    [() => old.CreateMmapSync(), -1],
    [() => old.WriteSync(4000, 'x'), -1],
    [() => old.WriteSync(-1, 'x'), -1],
    [() => old.WriteSync(), -1],
    [() => old.ReadSync(4000, 0), ''],
    [() => old.ReadSync('x', {}), ''],
    [() => old.GetSharedStringSync(4000), ''],
    [() => old.WriteSharedStringSync(4000, 'x'), -1],
  ]) assert.strictEqual(call(), result, String(call));
});

test('full is -1, at no less than 999,999 bytes of text', () => {
  const [a, b] = makePair();
  const text = 'x'.repeat(99);
  let written = 0;
  while (old.WriteSync(a, text) === 0) written += 100;
  assert.ok(written >= 999999, `${written}`);
  assert.strictEqual(old.ReadSync(b, 0).length, written);
  assert.strictEqual(old.WriteSync(a, text), 0);
});

test('each asynchronous function calls back, later, with the result of its twin', async () => {
  const called = (call, ...given) => new Promise((resolve) => {
    let returned = false;
    call(...given, (result) => resolve([returned, result]));
    returned = true;
  });
  const id = uniqueId();
  const [later, a] = await called(old.CreateMmapAsync, id, 'rwx------', 1);
  assert.ok(later && a >= 0);
  const [alsoLater, b] = await called(old.ConnectMmapAsync, process.argv[1], id);
  assert.ok(alsoLater && b >= 0 && b !== a);
  assert.deepStrictEqual(await called(old.WriteAsync, a, 'text'), [true, 0]);
  assert.deepStrictEqual(await called(old.ReadAsync, b, 0), [true, 'text ']);
  assert.deepStrictEqual(await called(old.WriteSharedStringAsync, a, 'value'), [true, 0]);
  assert.deepStrictEqual(await called(old.GetSharedStringAsync, b), [true, 'value']);
  const nowhere = await called(old.ConnectMmapAsync, process.argv[1], uniqueId());
  assert.deepStrictEqual(nowhere, [true, -1]);
  assert.deepStrictEqual(await called(old.CreateMmapAsync, uniqueId(), 'rwx------'), [true, b + 1]);
  old.WriteAsync(a, 'without a callback');
  assert.strictEqual(old.ReadSync(b, 0), 'without a callback ');
});
