/* Holes and their repair (fmmq/ring/recovery.h: FindHole, FillHole). Three producers that may die at any
   step, up to CRASHES of them; a reader that repairs, and may die half-way (the next one goes on); another reader
   that begins at a later reservation. The ring never wraps: gates are overwrite.pml's business, and who comes so late
   that the ring has wrapped is Relacy's (TwoRepairers).

   SECOND_READER: with that other reader. REPAIRERS: 2: that one repairs, too, at the same time. PRODUCERS: 2 or 3.

   Nothing that was reported written is overwritten; nobody stands on an interior descriptor.

   Wrong variants:
     SCAN_FIRST      the hole's extent is found before the producers are asked
     TWO_HEADS       the extent is bounded by a later load of head
     ANY_DESCRIPTOR  the extent ends at an interior descriptor, too
     ONE_RECORD      the hole becomes one record with interiors */
#define MAX 4
#ifndef PRODUCERS
#define PRODUCERS 3
#endif
#ifndef MESSAGES
#define MESSAGES 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef REPAIRERS
#define REPAIRERS 1
#endif
#define STALE 0
#define START 1
#define INTERIOR 2
#define ABORTED 3
byte head = 0;
byte kind[MAX + 2], length[MAX + 2], owner[MAX + 2];
byte intent[PRODUCERS];
bool dead[PRODUCERS], reported[MAX + 2];
byte crashes = 0;
byte second_begin = 255;  /* where the second reader begins: between two reservations */

#define CRASH \
  if :: atomic { crashes < CRASHES && !dead[i] -> crashes++; dead[i] = true }; goto died :: skip fi

proctype Producer(byte i; byte k) {
  byte h, n = 0;
  bool won;
  do
  :: n >= MESSAGES -> break
  :: else ->
     h = head;
     if :: h + k > MAX -> break :: else fi;
     intent[i] = h + 1;
     CRASH;
     atomic {
       if
       :: head == h ->
          head = h + k; won = true; owner[h] = i + 1;
          if :: k == 2 -> owner[h + 1] = i + 1 :: else fi;
          if :: second_begin == 255 && h != 0 -> second_begin = h :: else fi
       :: else -> won = false
       fi
     };
     if
     :: !won -> skip
     :: else ->
        CRASH;
        if :: k == 2 -> d_step { assert(kind[h + 1] == STALE); kind[h + 1] = INTERIOR }; CRASH :: else fi;
        d_step { assert(kind[h] == STALE); length[h] = k; kind[h] = START };
        reported[h] = true;
        CRASH;
        intent[i] = 0; n++
     fi;
     h = 0; won = false
  od;
  intent[i] = 0;
died: skip
}

inline AskProducers() {
  alive = false; j = 0;
  do
  :: j < PRODUCERS ->
     v = intent[j];
     if :: v != 0 && !dead[j] && (v - 1) >= p && (v - 1) < h -> alive = true :: else fi;
     j++
  :: else -> break
  od;
  j = 0; v = 0
}

#ifdef ANY_DESCRIPTOR
#define ENDS(x) (kind[x] != STALE)
#else
#define ENDS(x) (kind[x] == START || kind[x] == ABORTED)
#endif
inline FindEnd() {
  e = p + 1;
  do :: e >= h || ENDS(e) -> break :: else -> e++ od
}

/* By CAS, so only what is not filled yet. */
inline Fill(x) {
  d_step {
    assert(kind[x] != START && !reported[x]); assert(owner[x] != 0 && dead[owner[x] - 1]);
    if
    :: kind[x] != ABORTED -> length[x] = e - x; kind[x] = ABORTED
    :: else
    fi
  }
}

/* One look at `where`, and the repair. A repairer that dies leaves a shorter hole in front. */
inline Repair(where) {
  p = where; h = head;
  if
  :: p < h && !(kind[p] == START || kind[p] == ABORTED) ->
#ifdef SCAN_FIRST
     FindEnd();
     AskProducers();
     if :: alive -> goto next :: else fi;
#else
     AskProducers();
     if :: alive -> goto next :: else fi;
     if :: kind[p] == START || kind[p] == ABORTED -> goto next :: else fi;
#ifdef TWO_HEADS
     h = head;
#endif
     FindEnd();
#endif
#ifdef ONE_RECORD
     v = p + 1;
     do :: v < e -> d_step { assert(kind[v] != START); kind[v] = INTERIOR }; v++ :: else -> break od;
     v = 0;
     Fill(p);
#else
     v = e;
     do :: v > p -> v--; Fill(v); if :: v > p -> goto next :: skip fi :: else -> break od;
     v = 0
#endif
  :: else
  fi
}

proctype Reader(bool second) {
  byte c = 0, p, h, e, j, v;
  bool alive;
  if :: second -> if :: second_begin != 255 -> c = second_begin :: timeout -> goto done fi :: else fi;
  do
  :: c >= head -> if :: c >= MAX || timeout -> break fi
  :: atomic { c < head && (kind[c] == START || kind[c] == ABORTED) -> c = c + length[c]; assert(c <= MAX) }
  :: c < head && kind[c] == INTERIOR -> assert(false)
  :: c < head && kind[c] == STALE && (!second || REPAIRERS == 2) -> Repair(c);
next: p = 0; h = 0; e = 0; j = 0; v = 0; alive = false
  :: timeout -> break
  od;
done: skip
}

init {
  atomic {
    run Producer(0, 1); run Producer(1, 2); run Reader(false);
#if PRODUCERS == 3
    run Producer(2, 1);
#endif
#ifdef SECOND_READER
    run Reader(true)
#endif
  }
}
