// The predecessor's demonstration for Node, as it was.
const {
  CreateMmapSync, ConnectMmapSync, WriteSync, ReadSync, WriteSharedStringSync, GetSharedStringSync,
  CreateMmapAsync, ConnectMmapAsync, WriteAsync, ReadAsync, WriteSharedStringAsync,
  GetSharedStringAsync,
} = require(process.env.FASTMMAPMQ_PACKAGE);

const id = CreateMmapSync('map1', 'rwx------', 1);
CreateMmapSync('test', 'rwx------', 1);
const b = ConnectMmapSync('node', 'map1');
WriteSync(id, 'aaab');
console.log(ReadSync(b, 0));
WriteSync(id, 'aaab');
console.log(ReadSync(b, 0));
WriteAsync(id, 'aaab', () => {});
WriteAsync(id, 'aaab', () => {});
WriteSync(id, 'aaab');
console.log(ReadSync(b, 0));
WriteSync(id, 'aaac');
ReadAsync(b, 0, (text) => console.log(text));
CreateMmapAsync('map2', 'rwx------', 1, (made) => {
  ConnectMmapAsync('node', 'map2', (connected) => {
    WriteSync(made, 'test');
    console.log(ReadSync(connected, 0));
  });
});
WriteSharedStringSync(id, 'String Sync');
console.log(GetSharedStringSync(b));
console.log(GetSharedStringSync(b));
console.log(GetSharedStringSync(b));
WriteSharedStringAsync(id, 'String Async', () => {
  console.log(GetSharedStringSync(b));
  GetSharedStringAsync(b, (text) => console.log(text));
});
