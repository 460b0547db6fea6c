// Measures ways from one process to another, one after the other and again: see README.md.
'use strict';
const {spawn} = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {monitorEventLoopDelay} = require('node:perf_hooks');
const {parseArgs} = require('node:util');
const {Worker} = require('node:worker_threads');
const subjects = require('./subjects.js');

const usage = `usage: node bench/node/main.js [--sizes=8,64,1024] [--rounds=5] [--only=WORD]
                               [--count=MESSAGES] [--pause=SECONDS] [--out=DIR]
--pause: after each size of each round, for what else runs on the machine.
Writes node.json and node.dat to DIR (bench-results); then: gnuplot -c bench/node/plot.gp DIR`;

const {values: flags} = parseArgs({options: {
  sizes: {type: 'string', default: '8,64,1024'},
  rounds: {type: 'string', default: '5'},
  only: {type: 'string', default: ''},
  count: {type: 'string', default: '0'},
  pause: {type: 'string', default: '0'},
  out: {type: 'string', default: 'bench-results'},
  help: {type: 'boolean', default: false},
}});

const isFmmq = (subject) => subject.startsWith('fmmq');
const file = path.join(__dirname, 'writer.js');
const packageFolder = process.env.FMMQ_PACKAGE ?? path.join(__dirname, '../../fmmq/node');

// About a third of a second each.
function countOf(subject, size) {
  if (Number(flags.count) > 0) return Number(flags.count);
  if (isFmmq(subject)) return size > 512 ? 400000 : 2000000;
  if (subject.includes('batches')) return size > 512 ? 100000 : 800000;
  return 60000;
}

function startPeer(subject, run) {
  if (subject.thread) return new Worker(file, {workerData: JSON.stringify(run)});
  return spawn(process.execPath, [file, JSON.stringify(run)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', subject.pipe ? 'pipe' : 'ignore'],
    serialization: subject.serialization ?? 'json',
  });
}

async function measure(name, size) {
  const subject = subjects[name];
  const count = Math.ceil(countOf(name, size) / 64) * 64;
  const warm = Math.ceil(count / 10 / 64) * 64;
  const run = {
    subject: name,
    size,
    warm,
    total: warm + count,
    yardsticks: isFmmq(name),
    package: packageFolder,
  };
  subject.prepare?.(run);
  const {server, ...told} = run;
  const peer = startPeer(subject, told);
  run.acknowledge = (to, acknowledged) => {
    if (subject.thread) to.postMessage({acknowledged});
    else to.send({acknowledged});
  };
  const reported = new Promise((resolve, reject) => {
    peer.on('message', (message) => message.report !== undefined && resolve(message.report));
    peer.on('error', reject);
    peer.on('exit', (code) => {
      if (code !== 0) reject(new Error(`${name}: the writer ended with ${code}`));
    });
  });
  const delay = monitorEventLoopDelay({resolution: 1});
  delay.enable();
  // A writer that fails ends the wait for its messages.
  const failed = reported.then(() => new Promise(() => {}));
  const received = await Promise.race([subject.read(run, peer), failed]);
  const ended = process.hrtime.bigint();
  delay.disable();
  const report = await reported;
  subject.clear?.(run);
  if (received !== run.total) throw new Error(`${name}: ${received} of ${run.total} came`);
  return {
    ns: Number(ended - BigInt(report.began)) / count,
    nothing: report.nothing,
    bytesOnly: report.bytesOnly,
    delayP99: Math.max(delay.percentile(99) / 1e6, report.delayP99),
    delayMax: Math.max(delay.max / 1e6, report.delayMax),
  };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

function summarize(name, size, rounds) {
  const of = (key) => rounds.map((round) => round[key]);
  const row = {name, size, ns: median(of('ns')), best: Math.min(...of('ns')),
    delayP99: median(of('delayP99')), delayMax: Math.max(...of('delayMax'))};
  if (isFmmq(name)) {
    row.nothing = median(of('nothing'));
    row.bytesOnly = median(of('bytesOnly'));
    row.times = median(rounds.map((round) => round.ns / round.bytesOnly));
    row.timesNothing = median(rounds.map((round) => round.ns / round.nothing));
  }
  return row;
}

function print(rows) {
  const show = (value, digits) => (value === undefined ? '' : value.toFixed(digits));
  const columns = ['ns/msg', 'best', 'x Buffer call', 'x empty call', 'delay p99', 'max ms'];
  const widths = [7, 7, 13, 13, 10, 9];
  const line = (first, ...cells) =>
    [first, ...cells.map((cell, i) => cell.padStart(widths[i]))].join('  ');
  console.log(line('bytes  ' + 'subject'.padEnd(41), ...columns));
  for (const row of rows) {
    console.log(line(`${String(row.size).padStart(5)}  ${row.name.padEnd(41)}`, show(row.ns, 1),
      show(row.best, 1), show(row.times, 2), show(row.timesNothing, 2), show(row.delayP99, 2),
      show(row.delayMax, 1)));
  }
  for (const size of new Set(rows.map((row) => row.size))) {
    const found = (start) =>
      rows.filter((row) => row.size === size && row.name.startsWith(start)).map((row) => row.ns);
    const [ours] = found('fmmq, one tryWrite each');
    const theirs = Math.min(...found('child_process'));
    if (ours === undefined || theirs === Infinity) continue;
    const times = (theirs / ours).toFixed(1);
    console.log(`${size} bytes: ${times} times as fast as child_process IPC (the faster kind)`);
  }
}

async function main() {
  if (flags.help) return console.log(usage);
  const sizes = flags.sizes.split(',').map(Number);
  const names = Object.keys(subjects).filter((name) => name.includes(flags.only));
  const results = new Map();
  for (let round = 0; round < Number(flags.rounds); ++round) {
    for (const size of sizes) {
      for (const name of names) {
        const key = JSON.stringify([name, size]);
        results.set(key, [...(results.get(key) ?? []), await measure(name, size)]);
      }
      await new Promise((resolve) => setTimeout(resolve, Number(flags.pause) * 1000));
    }
  }
  const rows = [...results].map(([key, rounds]) => summarize(...JSON.parse(key), rounds));
  rows.sort((a, b) => a.size - b.size);
  print(rows);
  fs.mkdirSync(flags.out, {recursive: true});
  const [{model}, ...others] = os.cpus();
  const machine = {
    model,
    cpus: others.length + 1,
    node: process.version,
    load: os.loadavg(),
  };
  fs.writeFileSync(path.join(flags.out, 'node.json'), JSON.stringify({machine, rows}, null, 1));
  const lines = names.map((name) => [`"${name}"`, ...sizes.map((size) =>
    (1e3 / rows.find((row) => row.name === name && row.size === size).ns).toFixed(4))].join(' '));
  const table = `# million messages/s: ${sizes}\n${lines.join('\n')}\n`;
  fs.writeFileSync(path.join(flags.out, 'node.dat'), table);
}
main();
