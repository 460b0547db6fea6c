// Ends by itself, or does not: idle.js QUEUE HOW
'use strict';
const {Queue} = require('../programs_support.js');

const queue = Queue.open(process.argv[2]);
const reader = queue.join();
const done = {
  // Nothing is pending: it ends, though everything is open and was used.
  async used() {
    await reader.read({timeout: 30}).catch(() => {});
    await reader.read().then((message) => console.log(String(message)));
  },
  // Nothing was ever asked for.
  async untouched() {},
  // A read is pending, and does not count.
  async unref() {
    reader.unref();
    reader.read();
    await new Promise((resolve) => setTimeout(resolve, 200));
  },
  // A read is pending: it stays until a message comes.
  async pending() {
    console.log(String(await reader.read()));
  },
};
done[process.argv[3]]().then(() => console.log('done'));
