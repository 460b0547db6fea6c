// Ends by itself, or does not: idle.js QUEUE HOW. While it lives without anything new, it says so:
// `asleep` when it waits at its doorbell, and `alive` now and then, which keeps no process alive.
'use strict';
const {Queue, untilArmed} = require('../programs_support.js');

const queue = Queue.open(process.argv[2]);
const reader = queue.join();

async function sleepUntilMessage() {
  const armed = untilArmed();
  const read = reader.read();
  await armed;
  console.log('asleep');
  setInterval(() => console.log('alive'), 50).unref();
  console.log(String(await read));
}

const done = {
  // Nothing is pending: it ends, though everything is open and was used.
  async used() {
    await reader.read({timeout: 30}).catch(() => {});
    await sleepUntilMessage();
  },
  // Nothing was ever asked for.
  async untouched() {},
  // A read is pending, and does not count.
  async unref() {
    const stay = setInterval(() => {}, 1000);
    const armed = untilArmed();
    reader.unref();
    reader.read();
    await armed;
    clearInterval(stay);
  },
  // A read is pending: it stays until a message comes.
  pending: sleepUntilMessage,
};
done[process.argv[3]]().then(() => console.log('done'));
