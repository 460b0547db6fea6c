// Writes payloads to a queue for as long as it lives, or `count` of them: writer.js QUEUE [COUNT]
'use strict';
const {Queue, payload} = require('../programs_support.js');

async function main() {
  const producer = Queue.open(process.argv[2]).producer();
  const count = Number(process.argv[3] ?? Infinity);
  console.log('ready');
  for (let i = 0; i < count; ++i) await producer.write(payload(i, i % 200));
  producer.end();
}
main();
