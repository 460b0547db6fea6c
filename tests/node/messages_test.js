'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const {Queue, uniqueName, payload} = require('./support.js');

test('messages of every kind and size come as they went', () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 18});
  for (const size of [0, 1, 31, 32, 33, 63, 64, 4095, 4096, 4097, 16384, 100000, 1 << 18]) {
    const sent = payload(size, size);
    assert.ok(queue.tryWrite(sent));
    assert.deepStrictEqual(queue.tryRead(), sent);
  }
  const bytes = payload(7, 48);
  const views = [
    new Uint8Array(bytes),
    new Uint16Array(new Uint8Array(bytes).buffer),
    new Uint8Array(bytes).buffer,
    new DataView(new Uint8Array(bytes).buffer), new BigInt64Array(new Uint8Array(bytes).buffer),
  ];
  for (const view of views) {
    assert.ok(queue.tryWrite(view));
    assert.deepStrictEqual(queue.tryRead(), bytes);
  }
  assert.ok(queue.tryWrite('grüße ☃'));
  assert.strictEqual(String(queue.tryRead()), 'grüße ☃');
  assert.strictEqual(queue.tryRead(), null);
  queue.close();
});

test('messages from tryRead are the caller\'s: later ones do not touch them', () => {
  const queue = Queue.create(uniqueName());
  const kept = [];
  for (let i = 0; i < 3000; ++i) {
    assert.ok(queue.tryWrite(payload(i, (i * 37) % 300)));
    kept.push(queue.tryRead());
  }
  kept.forEach((message, i) => assert.deepStrictEqual(message, payload(i, (i * 37) % 300)));
  queue.close();
});

test('tryWrite says when the ring is full, and again when there is room', () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096});
  let written = 0;
  while (queue.tryWrite(payload(written, 100))) ++written;
  assert.strictEqual(written, 32);
  assert.deepStrictEqual(queue.tryRead(), payload(0, 100));
  assert.ok(queue.tryWrite(payload(written, 100)));
  assert.ok(!queue.tryWrite(payload(0, 100)));
  queue.close();
});

test('readInto copies into a buffer of the caller\'s', () => {
  const queue = Queue.create(uniqueName());
  queue.tryWrite(payload(1, 100));
  queue.tryWrite('');
  const buffer = Buffer.alloc(200, 0xaa);
  assert.throws(() => queue.readInto(buffer.subarray(0, 99)), (error) =>
    error.code === 'FMMQ_BUFFER_TOO_SMALL' && error.size === 100);
  assert.strictEqual(queue.readInto(buffer.subarray(50)), 100);
  assert.deepStrictEqual(buffer.subarray(50, 150), payload(1, 100));
  assert.ok(buffer.subarray(0, 50).every((byte) => byte === 0xaa));
  assert.ok(buffer.subarray(150).every((byte) => byte === 0xaa));
  assert.strictEqual(queue.readInto(buffer), 0);
  assert.strictEqual(queue.readInto(buffer), null);
  queue.close();
});

test('batches: lists, packed, and of a reader', () => {
  const name = uniqueName();
  const queue = Queue.create(name);
  const sizes = Array.from({length: 500}, (_, i) => (i * 13) % 90);
  const messages = sizes.map((size, i) => payload(i, size));
  assert.strictEqual(queue.writeBatch(messages), 500);
  const batch = queue.readBatch(300);
  assert.strictEqual(batch.length, 300);
  assert.deepStrictEqual([...batch].map(Buffer.from), messages.slice(0, 300));
  assert.deepStrictEqual(batch.message(299), messages[299]);
  assert.strictEqual(batch.message(300), undefined);
  assert.strictEqual(batch.message(-1), undefined);
  for (let i = 0; i < 300; ++i) {
    const [begin, end] = batch.offsets.subarray(i, i + 2);
    assert.deepStrictEqual(batch.buffer.subarray(begin, end), messages[i]);
  }
  // On to another queue as it is.
  const other = Queue.create(uniqueName());
  assert.strictEqual(other.writeBatch(batch), 300);
  assert.deepStrictEqual([...other.readBatch()].map(Buffer.from), messages.slice(0, 300));
  assert.strictEqual(queue.readBatch(1000).length, 200);
  assert.strictEqual(queue.readBatch(), null);

  const text = Buffer.from('onetwothree');
  assert.strictEqual(other.writeBatch(text, Uint32Array.of(0, 3, 6, 6, 11)), 4);
  assert.deepStrictEqual([...other.readBatch()].map(String), ['one', 'two', '', 'three']);
  for (const offsets of [[0, 12], [5, 3], [2 ** 32 - 1, 3]]) {
    assert.throws(() => other.writeBatch(text, Uint32Array.from(offsets)),
      {code: 'FMMQ_INVALID_ARGUMENT'});
  }
  assert.strictEqual(other.writeBatch([]), 0);
  assert.strictEqual(other.writeBatch(Buffer.alloc(0), Uint32Array.of(0)), 0);
  assert.strictEqual(other.writeBatch(['text', new ArrayBuffer(3)]), 2);
  assert.deepStrictEqual([...other.readBatch()].map((m) => m.length), [4, 3]);
  queue.close();
  other.close();
});

test('a batch takes what fits, in writing and in reading, and grows for a large message', () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 20});
  const messages = Array.from({length: 40000}, (_, i) => payload(i, 20));
  const written = queue.writeBatch(messages);
  assert.strictEqual(written, 32768);
  assert.strictEqual(queue.writeBatch(messages), 0);
  let next = 0;
  for (let batch; (batch = queue.readBatch(5000)) !== null; ) {
    assert.ok(batch.buffer.length === 65536 && batch.length <= 3276);
    for (const message of batch) assert.deepStrictEqual(message, messages[next++]);
  }
  assert.strictEqual(next, written);
  const large = payload(5, 300000);
  assert.strictEqual(queue.writeBatch(['small', large, 'small']), 3);
  assert.strictEqual(queue.readBatch().length, 1);
  assert.deepStrictEqual(queue.readBatch().message(0), large);
  assert.strictEqual(String(queue.readBatch().message(0)), 'small');
  assert.strictEqual(queue.readBatch(), null);
  queue.close();
});

test('the end of the stream', () => {
  const queue = Queue.create(uniqueName());
  const isEnd = {code: 'FMMQ_END_OF_STREAM'};
  queue.tryWrite('last');
  queue.end();
  queue.end();
  assert.throws(() => queue.tryWrite('more'), isEnd);
  assert.strictEqual(String(queue.tryRead()), 'last');
  assert.throws(() => queue.tryRead(), isEnd);
  assert.throws(() => queue.readBatch(), isEnd);
  assert.throws(() => queue.readInto(Buffer.alloc(8)), isEnd);
  assert.ok(queue.stats().ended);
  queue.close();
});

test('code that runs while a list is written cannot spoil the list', () => {
  const queue = Queue.create(uniqueName());
  const sent = Array.from({length: 200}, (_, i) => payload(i, 100));
  const nested = Array.from({length: 400}, (_, i) => payload(1000 + i, 50));
  const list = [...sent];
  Object.defineProperty(list, 150, {
    get() {
      assert.strictEqual(queue.writeBatch(nested), nested.length);
      return sent[150];
    },
  });
  assert.strictEqual(queue.writeBatch(list), list.length);
  const seen = [...queue.readBatch()].map(Buffer.from);
  assert.deepStrictEqual(seen, [...nested, ...sent]);

  // A Buffer that is given away before the list is complete has nothing to write any more.
  const leaving = new Uint8Array(5000).fill(7);
  const spoilt = [leaving, 'later'];
  Object.defineProperty(spoilt, 1, {
    get() {
      structuredClone(leaving.buffer, {transfer: [leaving.buffer]});
      return Buffer.from('later');
    },
  });
  assert.throws(() => queue.writeBatch(spoilt), {code: 'ERR_INVALID_ARG_TYPE'});
  assert.strictEqual(queue.tryRead(), null);

  // Nor has a list whose producer closes meanwhile.
  const producer = queue.producer();
  const closing = new Proxy([Buffer.from('a'), Buffer.from('b')], {
    get(list, key) {
      if (key === '1') producer.close();
      return list[key];
    },
  });
  assert.throws(() => producer.writeBatch(closing), {code: 'FMMQ_CLOSED'});
  assert.strictEqual(queue.tryRead(), null);
  queue.close();
});

test('lastPosition is the reader\'s own', async () => {
  const queue = Queue.create(uniqueName(), {stringSize: 100});
  const readers = [queue.join('a'), queue.join('b'), queue.observe()];
  const [a, b, observer] = readers;
  for (let i = 0; i < 10; ++i) queue.tryWrite(payload(i, 20)); // a block each
  assert.deepStrictEqual(readers.map(({lastPosition}) => lastPosition), [0, 0, 0]);
  for (let i = 0; i < 3; ++i) a.tryRead();
  b.readBatch(7);
  observer.readInto(Buffer.alloc(100));
  const positions = [2, 6, 0];
  assert.deepStrictEqual(readers.map(({lastPosition}) => lastPosition), positions);
  queue.sharedString.trySet('x');
  queue.sharedString.get();
  await queue.join().read({timeout: 60e3});
  queue.tryWrite(payload(10, 8000));
  assert.deepStrictEqual(readers.map(({lastPosition}) => lastPosition), positions);
  b.readBatch();
  b.readBatch();
  assert.strictEqual(b.readBatch(), null);
  assert.strictEqual(b.lastPosition, 10);
  while (observer.tryRead() !== null);
  assert.strictEqual(observer.lastPosition, 10);
  assert.strictEqual(a.lastPosition, 2);
  a.close();
  assert.strictEqual(a.lastPosition, 2);
  for (const handle of [b, observer, queue]) handle.close();
});
