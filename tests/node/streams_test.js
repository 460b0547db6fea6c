'use strict';
const assert = require('node:assert');
const {once} = require('node:events');
const {PassThrough, Readable, Transform} = require('node:stream');
const {pipeline} = require('node:stream/promises');
const {test} = require('node:test');
const {Queue, uniqueName, payload, until, untilArmed} = require('./support.js');

test('messages go through streams with their boundaries, and end', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 8192});
  const sent = Array.from({length: 2000}, (_, i) => payload(i, i % 300));
  const seen = [];
  const collect = new Transform({
    objectMode: true,
    transform(message, encoding, callback) {
      seen.push(message);
      callback();
    },
  });
  await Promise.all([
    pipeline(Readable.from(sent), queue.writable({endStream: true})),
    pipeline(queue.readable(), collect),
  ]);
  assert.deepStrictEqual(seen, sent);
  assert.deepStrictEqual({...queue.presence()}, {producers: 0, members: 0, observers: 0});
  queue.close();
});

// Whoever wanted to go on has done so.
async function turns(count) {
  for (let i = 0; i < count; ++i) await new Promise((resolve) => setImmediate(resolve));
}

test('back-pressure both ways', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096});
  const writable = queue.writable({highWaterMark: 1000});
  let taken = 0;
  while (writable.write(payload(taken, 100))) ++taken;
  await until(() => !writable.writableNeedDrain || taken > 9, 'room for more');
  for (let i = 0; i < 100; ++i) writable.write(payload(++taken, 100));
  await until(() => queue.groups()[0].lag === 128, '32 messages of 4 blocks');
  await turns(100);
  assert.ok(writable.writableNeedDrain, 'the ring is full');

  const readable = queue.readable({highWaterMark: 5});
  readable.once('readable', () => {});
  await until(() => readable.readableLength >= 5, 'all that it may read ahead');
  await turns(100);
  assert.ok(readable.readableLength <= 6, `${readable.readableLength} read ahead`);
  const drained = once(writable, 'drain');
  for (let next = 0; next <= taken; ) {
    const message = readable.read();
    if (message === null) await once(readable, 'readable');
    else assert.deepStrictEqual(message, payload(next++, 100));
  }
  await drained;
  readable.destroy();
  writable.destroy();
  await until(() => queue.presence().producers + queue.presence().members === 0, 'both are closed');
  queue.close();
});

test('strings, text, and a destroyed stream', async () => {
  const queue = Queue.create(uniqueName());
  const writable = queue.writable();
  writable.write('cork 1');
  writable.cork();
  for (let i = 2; i < 6; ++i) writable.write(`cork ${i}`);
  writable.uncork();
  writable.end();
  await once(writable, 'finish');
  const readable = queue.readable();
  const seen = [];
  for await (const message of readable) if (seen.push(String(message)) === 5) break;
  assert.deepStrictEqual(seen, ['cork 1', 'cork 2', 'cork 3', 'cork 4', 'cork 5']);
  assert.ok(readable.destroyed);

  const consumer = queue.join();
  const failing = consumer.readable();
  const armed = untilArmed();
  const reading = pipeline(failing, new PassThrough());
  await armed;
  consumer.close();
  await assert.rejects(reading, {code: 'FMMQ_CLOSED'});
  const producer = queue.producer();
  const broken = producer.writable();
  producer.close();
  broken.write('x');
  await assert.rejects(once(broken, 'finish'), {code: 'FMMQ_CLOSED'});
  queue.close();
});

test('a stream that always has something lets others work', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 22});
  while (queue.tryWrite(payload(1, 16)));
  let ticks = 0;
  const timer = setInterval(() => ++ticks, 1);
  let count = 0;
  const readable = queue.readable();
  await new Promise((resolve) => readable.on('data', () => ++count === 100000 && resolve()));
  assert.ok(ticks > 2, `${ticks} ticks`);
  clearInterval(timer);
  readable.destroy();
  queue.close();
});
