// A member of a group that reads for as long as it lives, or to the end, and says what it saw:
// reader.js QUEUE [GROUP]
'use strict';
const {Queue, payload} = require('../programs_support.js');

async function main() {
  const reader = Queue.open(process.argv[2]).join(process.argv[3]);
  let count = 0;
  console.log('ready');
  for await (const batch of reader.batches()) {
    for (const message of batch) {
      if (!message.equals(payload(count, count % 200))) throw new Error(`${count} is wrong`);
      ++count;
    }
    if (count % 1000 < batch.length) console.log(`read ${count}`);
  }
  console.log(`end after ${count}`);
  reader.close();
}
main();
