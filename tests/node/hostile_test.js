// Arguments that are not what they look like, memory that goes away, numbers that wrap around.
'use strict';
const assert = require('node:assert');
const {once} = require('node:events');
const path = require('node:path');
const {test} = require('node:test');
const {setFlagsFromString} = require('node:v8');
const {runInNewContext} = require('node:vm');
const {Worker} = require('node:worker_threads');
const {Queue, uniqueName, payload, until} = require('./support.js');

const isType = {name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE'};
const isRange = {name: 'RangeError', code: 'ERR_OUT_OF_RANGE'};
const giveAway = (buffer) => structuredClone(buffer, {transfer: [buffer]});
// Also what may not be transferred.
setFlagsFromString('--allow-natives-syntax');
const detach = new Function('buffer', '%ArrayBufferDetach(buffer)');

test('what only looks like bytes is refused', async () => {
  const queue = Queue.create(uniqueName(), {stringSize: 100});
  const unlike = [
    Object.create(Uint8Array.prototype), new Proxy(new Uint8Array(4), {}),
    Object.create(ArrayBuffer.prototype), new Proxy(new ArrayBuffer(4), {}), Symbol('x'), 5n,
  ];
  for (const message of unlike) {
    assert.throws(() => queue.tryWrite(message), isType);
    assert.throws(() => queue.writeBatch(['x', message]), isType);
    assert.throws(() => queue.writeBatch(message, Uint32Array.of(0, 1)), isType);
    assert.throws(() => queue.readInto(message), isType);
    assert.throws(() => queue.sharedString.trySet(message), isType);
    await assert.rejects(queue.write(message), isType);
    await assert.rejects(queue.writeAll(['x', message]), isType);
  }
  assert.strictEqual(queue.tryRead(), null);
  const foreign = runInNewContext('[new Uint8Array(4), new ArrayBuffer(4), new Int16Array(2)]');
  assert.strictEqual(queue.writeBatch([...foreign]), 3);
  for (let i = 0; i < 3; ++i) assert.deepStrictEqual(queue.tryRead(), Buffer.alloc(4));
  queue.close();
});

test('lists with holes, lists without end, and lists of proxies', async () => {
  const queue = Queue.create(uniqueName());
  const ofLength = (length) => new Proxy([], {
    get: (list, key) => (key === 'length' ? length : list[key]),
  });
  // eslint-disable-next-line no-sparse-arrays
  for (const list of [[, 'x'], ['x', , 'y'], new Array(2 ** 32 - 1), ofLength(2 ** 32 + 1)]) {
    assert.throws(() => queue.writeBatch(list), isType);
  }
  // eslint-disable-next-line no-sparse-arrays
  await assert.rejects(queue.writeAll([, 'x']), isType);
  for (const length of [-5, NaN, -Infinity, 0]) {
    assert.strictEqual(queue.writeBatch(ofLength(length)), 0);
  }
  const mine = new Error('mine');
  const throwing = [Buffer.from('a'), Buffer.from('b')];
  Object.defineProperty(throwing, 1, {get() { throw mine; }});
  assert.throws(() => queue.writeBatch(throwing), mine);
  assert.strictEqual(queue.tryRead(), null);
  queue.close();
});

test('memory that was given away is neither written nor read into', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096, stringSize: 100});
  const bytes = Buffer.from(new ArrayBuffer(10), 2);
  const views = [bytes, bytes.buffer, new DataView(bytes.buffer), new Uint16Array(bytes.buffer)];
  const offsets = Uint32Array.of(0, 0);
  giveAway(bytes.buffer);
  for (const gone of views) {
    assert.throws(() => queue.tryWrite(gone), isType);
    assert.throws(() => queue.writeBatch([gone]), isType);
    assert.throws(() => queue.writeBatch(gone, offsets), isType);
    assert.throws(() => queue.sharedString.trySet(gone), isType);
    await assert.rejects(queue.write(gone), isType);
    await assert.rejects(queue.writeAll([gone]), isType);
  }
  assert.throws(() => queue.readInto(bytes), isType);
  giveAway(offsets.buffer);
  assert.strictEqual(queue.writeBatch('x', offsets), 0);

  // Also while a write waits: it is not an empty message then.
  while (queue.tryWrite(payload(0, 100)));
  const leaving = new Uint8Array(100);
  const write = queue.write(leaving, {timeout: 60e3});
  giveAway(leaving.buffer);
  while (queue.tryRead() !== null);
  await assert.rejects(write, isType);
  assert.strictEqual(queue.tryRead(), null);
  queue.close();
});

test('messages that share memory do not lose it to each other', () => {
  const queue = Queue.create(uniqueName());
  const sent = Array.from({length: 100}, (_, i) => payload(i, 50));
  queue.writeBatch(sent);
  const seen = [queue.tryRead(), queue.tryRead()];
  try {
    giveAway(seen[0].buffer); // Node up to 20 copies it then; later ones refuse
  } catch (error) {
    assert.strictEqual(error.name, 'DataCloneError');
  }
  assert.deepStrictEqual(seen, sent.slice(0, 2));
  detach(seen[0].buffer);
  for (let i = 2; i < 90; ++i) assert.deepStrictEqual(queue.tryRead(), sent[i]);

  // A batch's memory is the next one's, unless it is gone.
  for (const spoil of [
    (batch) => giveAway(batch.buffer.buffer), (batch) => giveAway(batch.offsets.buffer),
    (batch) => (batch.buffer = 'x'), (batch) => (batch.offsets = new Array(2000)),
  ]) {
    const batch = queue.readBatch(2);
    assert.strictEqual(batch.length, 2);
    spoil(batch);
    assert.throws(() => queue.writeBatch(batch));
  }
  assert.deepStrictEqual([...queue.readBatch(2)].map(Buffer.from), sent.slice(98));
  queue.close();
});

test('numbers are what they say: they do not wrap around, nor are they cut', async () => {
  const id = uniqueName();
  const queue = Queue.createAnonymous(id);
  const {descriptor} = queue;
  for (const by of [2 ** 32, -(2 ** 32), 2 ** 53, 0.5, NaN, Infinity]) {
    assert.throws(() => Queue.openDescriptor(descriptor + by), isRange);
    assert.throws(() => Queue.connect(process.pid + by, id), isRange);
  }
  assert.throws(() => Queue.openDescriptor(-1), isRange);
  assert.throws(() => Queue.connect(0, id), isRange);
  for (const wrong of [undefined, String(descriptor), {valueOf: () => descriptor}, 3n]) {
    assert.throws(() => Queue.openDescriptor(wrong), isType);
  }
  queue.writeBatch(['a', 'b', 'c', 'd', 'e']);
  assert.strictEqual(queue.readBatch(1).length, 1);
  for (const max of [1.5, 0.5, 0, -1, 2 ** 32 + 1, 1 - 2 ** 32, NaN, 2 ** 53 + 2]) {
    assert.throws(() => queue.readBatch(max), isRange);
  }
  for (const max of [null, '1', 1n, Symbol('1'), {valueOf: () => 1}]) {
    assert.throws(() => queue.readBatch(max), isType);
  }
  assert.strictEqual(queue.readBatch(2).length, 2);
  const producer = queue.producer();
  for (const size of [-1, 0.5, NaN, 2 ** 32]) await assert.rejects(producer.ready(size), isRange);
  for (const size of ['1', null, 1n]) await assert.rejects(producer.ready(size), isType);
  for (const capacity of [2 ** 53 - 1, 2 ** 50]) {
    assert.throws(() => Queue.createAnonymous(id, {capacity}), {code: 'FMMQ_INVALID_ARGUMENT'});
  }
  for (const name of ['blockSize', 'seats', 'groups', 'stringSize', 'mode']) {
    assert.throws(() => Queue.createAnonymous(id, {[name]: 2 ** 32 + 32}),
      {code: 'FMMQ_INVALID_ARGUMENT'});
  }
  assert.throws(() => queue.tryWrite(new Uint8Array(2 ** 32 - 1)), {code: 'FMMQ_TOO_LARGE'});
  producer.close();
  queue.close();
});

test('options are what was given, and nothing that every object has', () => {
  const options = {capacity: 8192, toString: () => 'options', constructor: 5};
  const queue = Queue.create(uniqueName(), options);
  assert.strictEqual(queue.stats().capacity, 8192);
  const throwing = {toString() { throw new Error('it was asked'); }};
  for (const wrong of [Symbol('x'), throwing, 5, ['shared']]) {
    assert.throws(() => queue.join('g', {kind: wrong}), isType);
    assert.throws(() => queue.observe({from: wrong}), isType);
    assert.throws(() => Queue.open(queue.stats().id, {access: wrong}), isType);
  }
  // A stream that cannot be made leaves no end behind.
  for (const highWaterMark of [-1, 'x']) {
    assert.throws(() => queue.writable({highWaterMark}));
    assert.throws(() => queue.readable({highWaterMark}));
  }
  assert.deepStrictEqual({...queue.presence()}, {producers: 0, members: 0, observers: 0});
  queue.close();
});

test('a handle that closes while its call looks at options is closed', async () => {
  const queue = Queue.create(uniqueName());
  const closing = (handle) => ({
    get timeout() {
      handle.close();
      return 60e3;
    },
  });
  const [producer, reader] = [queue.producer(), queue.join()];
  // By then its place may be another's.
  await assert.rejects(producer.ready(0, closing(producer)), {code: 'FMMQ_CLOSED'});
  await assert.rejects(reader.read(closing(reader)), {code: 'FMMQ_CLOSED'});
  queue.close();
});

test('calls of another object\'s throw, or find it closed', () => {
  const queue = Queue.create(uniqueName());
  const [producer, reader] = [queue.producer(), queue.join()];
  queue.tryWrite('stays');
  for (const [of, calls] of [
    [queue, ['tryWrite', 'tryRead', 'readBatch', 'stats', 'groups', 'presence', 'producer']],
    [producer, ['tryWrite', 'writeBatch', 'end', 'stats']],
    [reader, ['tryRead', 'readInto', 'readBatch', 'stats']],
  ]) {
    for (const call of calls) {
      for (const other of [undefined, {}, 5]) {
        assert.throws(() => of[call].call(other, Buffer.from('x')), call);
      }
    }
  }
  // Their places are in one table: what is in them is no less one's own.
  for (const call of ['tryRead', 'readBatch']) assert.throws(() => reader[call].call(producer));
  assert.throws(() => producer.tryWrite.call(reader, 'x'), TypeError);
  assert.strictEqual(String(queue.tryRead()), 'stays');
  for (const handle of [producer, reader, queue]) handle.close();
});

// What programs/stuck.js is in the middle of.
for (const where of ['getter', 'setter', 'doorbell']) {
  test(`a worker is terminated inside a call: ${where}`, async () => {
    const queue = Queue.create(uniqueName());
    for (let round = 0; round < 3; ++round) {
      const worker = new Worker(path.join(__dirname, 'programs/stuck.js'),
        {workerData: {name: queue.stats().id, where}});
      const exit = once(worker, 'exit');
      const messages = [];
      worker.on('message', (message) => messages.push(message));
      await until(() => messages.includes('ready'), 'a worker that is ready');
      queue.tryWrite('go');
      await until(() => messages.includes('stuck'), 'a worker that is stuck');
      await worker.terminate();
      await exit;
      await until(() => queue.presence().members === 0, 'its seat is free');
      assert.strictEqual(queue.presence().producers, 1);
    }
    queue.close();
  });
}
