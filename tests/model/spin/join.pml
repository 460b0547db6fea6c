/* A group joins while writers compute their gates (fmmq/ring/gate.h, groups.h: CreateGroup).

   Two producers with cached gates, an old group, a joiner; blocks of one message each. Nobody may lap the
   joiner: what stands at its cursor is never newer than it expects.

   Wrong variants:
     NO_CAP          the gate is not limited to a snapshot of head
     NO_EPOCH        nobody looks whether the set of groups changed during the scan
     ONE_LOAD        the joiner keeps the first position that it loaded
   OLDEST: the joiner begins where the old group is, instead of at head.
  ALONE: there is no old group. */
#define N 2
#define MAX 5
byte head = 0, old_cursor = 0, new_cursor = 0, epoch = 0;
bool joined = false;
byte slot[N];

proctype Producer() {
  byte h, gate = 0, cursor, e;
  bool counts;
  do
  :: h = head;
     if :: h >= MAX -> break :: else fi;
     if
     :: (h + 1 > gate + N) ->
        e = epoch;
#ifdef NO_CAP
        gate = 255;
#else
        gate = head;
#endif
        counts = joined;
        if
        :: counts -> cursor = new_cursor; if :: cursor < gate -> gate = cursor :: else fi
        :: else
        fi;
#ifndef ALONE
        cursor = old_cursor;
        if :: cursor < gate -> gate = cursor :: else fi;
#endif
#ifndef NO_EPOCH
        if :: epoch != e -> gate = 0 :: else fi;
#endif
        cursor = 0; e = 0; counts = false
     :: else
     fi;
     if
     :: (h + 1 <= gate + N) ->
        atomic { if :: head == h -> head = h + 1 :: else -> h = 255 fi };
        if :: h != 255 -> slot[h % N] = h + 1 :: else fi
     :: else
     fi;
     h = 0
  od
}

proctype OldGroup() {
  byte c = 0;
  do
  :: c >= MAX -> break
  :: slot[c % N] == c + 1 -> old_cursor = c + 1; c++
  od
}

#ifdef OLDEST
#define FIRST old_cursor
#else
#define FIRST head
#endif

proctype NewGroup() {
  byte c;
  c = FIRST; new_cursor = c; joined = true;
  epoch++;
#ifndef ONE_LOAD
  c = FIRST; new_cursor = c;
#endif
  do
  :: c >= MAX -> break
  :: slot[c % N] == c + 1 -> c++; new_cursor = c
  :: slot[c % N] > c + 1 -> assert(false)
  od
}

init {
  atomic {
    run Producer(); run Producer(); run NewGroup();
#ifndef ALONE
    run OldGroup()
#endif
  }
}
