// What is measured: each subject has the two ends of a way from one process, or thread, to another.
// write(run): sends run.total messages; calls run.note(i) before message i, and `await run.rest()`
// often enough that its own event loop lives. read(run, peer): resolves when all were checked.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const {parentPort} = require('node:worker_threads');
const {once} = require('node:events');
const {fill, check, makeMessage, StreamChecker, text} = require('./payload.js');

const fmmq = require(process.env.FMMQ_PACKAGE ?? path.join(__dirname, '../../fmmq/node'));
const BATCH = 64;

// ---- fmmq ----

const open = (run) => fmmq.Queue.open(run.address);

async function writeEach(run) {
  const producer = open(run).producer();
  const {bytes, words} = makeMessage(run.size);
  for (let i = 0; i < run.total; ++i) {
    if ((i & 127) === 0) {
      run.note(i);
      await run.rest();
    }
    fill(words, 0, run.size, i);
    while (!producer.tryWrite(bytes)) await producer.ready(run.size);
  }
  producer.end();
}

async function writeBatches(run) {
  const producer = open(run).producer();
  const {bytes, words} = makeMessage(run.size * BATCH);
  const offsets = Uint32Array.from({length: BATCH + 1}, (_, k) => k * run.size);
  for (let i = 0; i < run.total; i += BATCH) {
    run.note(i);
    await run.rest();
    for (let k = 0; k < BATCH; ++k) fill(words, (k * run.size) >> 2, run.size, i + k);
    let done = 0;
    while ((done += producer.writeBatch(bytes, offsets.subarray(done))) < BATCH) {
      await producer.ready(run.size);
    }
  }
  producer.end();
}

async function readQueue(run) {
  const reader = open(run).join();
  let buffer;
  let words;
  let sequence = 0;
  for await (const batch of reader.batches({max: 1024})) {
    if (batch.buffer !== buffer) {
      buffer = batch.buffer;
      words = new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2);
    }
    const {offsets} = batch;
    for (let i = 0; i < batch.length; ++i) {
      if (offsets[i + 1] - offsets[i] !== run.size) throw new Error('a length is wrong');
      check(words, offsets[i] >> 2, run.size, sequence++);
    }
  }
  reader.close();
  return sequence;
}

function queue(write, options) {
  return {
    write,
    read: readQueue,
    prepare(run) {
      run.address = `bench-node-${process.pid}-${Date.now()}`;
      fmmq.Queue.create(run.address, {capacity: 1 << 20, ...options}).close();
    },
    clear: (run) => fmmq.Queue.remove(run.address),
  };
}

// ---- Node's own ----

// At most so many messages are on their way: they would pile up in memory.
const WINDOW = 2000;

function sendEach(make, send) {
  return async (run) => {
    let acknowledged = 0;
    let wake = () => {};
    run.onAcknowledge((count) => {
      acknowledged = count;
      wake();
    });
    for (let i = 0; i < run.total; ++i) {
      run.note(i);
      if (i - acknowledged > WINDOW) await new Promise((resolve) => (wake = resolve));
      if ((i & 63) === 0) await run.rest();
      send(make(run.size, i));
    }
    // What is on its way is lost when a channel closes.
    while (acknowledged < run.total) await new Promise((resolve) => (wake = resolve));
  };
}

function binary(size, i) {
  const {bytes, words} = makeMessage(size);
  fill(words, 0, size, i);
  return bytes;
}

function readEach(checkOne) {
  return (run, peer) => new Promise((resolve, reject) => {
    let sequence = 0;
    peer.on('message', (message) => {
      if (message.report !== undefined) return;
      try {
        checkOne(message, run.size, sequence++);
      } catch (error) {
        reject(error);
      }
      if (sequence % 500 === 0 || sequence === run.total) run.acknowledge(peer, sequence);
      if (sequence === run.total) resolve(sequence);
    });
  });
}

function checkBinary(message, size, sequence) {
  if (message.byteLength !== size) throw new Error('a length is wrong');
  const aligned = message.byteOffset % 4 === 0 ? message : Uint8Array.from(message);
  check(new Int32Array(aligned.buffer, aligned.byteOffset, size >> 2), 0, size, sequence);
}

function checkText(message, size, sequence) {
  if (message !== text(sequence, size)) throw new Error(`message ${sequence} is wrong`);
}

// `parts` messages a write.
async function writeStream(run, stream, parts) {
  for (let i = 0; i < run.total; i += parts) {
    run.note(i);
    await run.rest();
    const {bytes, words} = makeMessage(run.size * parts);
    for (let k = 0; k < parts; ++k) fill(words, (k * run.size) >> 2, run.size, i + k);
    if (!stream.write(bytes)) await once(stream, 'drain');
  }
  stream.end();
}

async function readStream(run, stream) {
  const checker = new StreamChecker(run.size);
  for await (const piece of stream) checker.take(piece);
  return checker.sequence;
}

const socket = (parts) => ({
  write: async (run) => writeStream(run, net.connect(run.address), parts),
  prepare(run) {
    run.address = `/tmp/fmmq-bench-${process.pid}.sock`;
    run.server = net.createServer().listen(run.address);
  },
  async read(run) {
    const [stream] = await once(run.server, 'connection');
    return readStream(run, stream);
  },
  clear(run) {
    run.server.close();
    fs.rmSync(run.address, {force: true});
  },
});

const pipe = (parts) => ({
  pipe: true,
  write: (run) => writeStream(run, new net.Socket({fd: 4, writable: true, readable: false}), parts),
  read: (run, peer) => readStream(run, peer.stdio[4]),
});

module.exports = {
  'fmmq, one tryWrite each': queue(writeEach),
  'fmmq, one tryWrite each, single producer': queue(writeEach, {singleProducer: true}),
  'fmmq, batches of 64': queue(writeBatches),
  'child_process, JSON': {
    write: sendEach((size, i) => text(i, size), (message) => process.send(message)),
    read: readEach(checkText),
  },
  'child_process, advanced': {
    serialization: 'advanced',
    write: sendEach(binary, (message) => process.send(message)),
    read: readEach(checkBinary),
  },
  'MessagePort': {
    thread: true,
    write: sendEach(binary, (message) => parentPort.postMessage(message)),
    read: readEach(checkBinary),
  },
  'Unix socket, one write each': socket(1),
  'Unix socket, batches of 64': socket(BATCH),
  'pipe, one write each': pipe(1),
  'pipe, batches of 64': pipe(BATCH),
};
