/* A live reader is never stuck for ever, and neither is a live writer: unless somebody is stopped alive.

   A producer that may die at any step, one that does not, and a reader; blocks of one message each. Whoever gets
   nowhere looks after the dead: fmmq/ring/recovery.h, FindHole, FillBlock, RepairStretch, ResolveSeat. All of them at
   once, if need be; the ring wraps meanwhile. The reader may not die.

   REPAIRER: with one who only repairs, and may be stopped in that for ever.

   Wrong variants:
     PLAIN_STORE     who comes late fills a block that has a newer message
     NO_REPAIR       nobody fills holes
     NO_RESOLVE      nobody clears the seats of the dead
     STOPPED         the mortal producer may be stopped for ever instead: `live` has to fail */
#define N 2
#ifndef MAX
#define MAX 4
#endif
byte head = 0, cursor = 0;
byte slot[N];     /* position + 1 of what stands there: message or aborted record */
byte intent[2];
bool dead = false;

#define CURRENT(p) (slot[(p) % N] == (p) + 1)
#define ALIVE_IN(p, h) ((intent[1] != 0 && intent[1] - 1 >= p && intent[1] - 1 < h) || \
                        (!dead && intent[0] != 0 && intent[0] - 1 >= p && intent[0] - 1 < h))

#define PAUSE if :: helper -> goto stopped :: skip fi

inline FillHole(p) {
  h = head;
  if
  :: p >= h || ALIVE_IN(p, h) -> skip
  :: else ->
     if
     :: CURRENT(p) -> skip
     :: else ->
        old = slot[p % N];
        PAUSE;
#ifdef PLAIN_STORE
        d_step { assert(slot[p % N] <= p + 1); slot[p % N] = p + 1 }
#endif
#if !defined NO_REPAIR && !defined PLAIN_STORE
        atomic { if :: slot[p % N] == old && old < p + 1 -> slot[p % N] = p + 1 :: else fi }
#endif
     fi
  fi;
  h = 0; old = 0
}

/* Of the mortal one: the other seat's owner lives. */
inline Resolve() {
#ifndef NO_RESOLVE
  if
  :: dead && intent[0] != 0 ->
     q = intent[0] - 1;
     if :: q < head && !CURRENT(q) && head - q <= N -> FillHole(q) :: else fi;
     PAUSE;
     if :: q >= head || CURRENT(q) || head - q > N -> intent[0] = 0 :: else fi;
     q = 0
  :: else
  fi
#else
  skip
#endif
}

#define CRASH if :: mortal -> dead = true; goto died :: skip fi
#ifdef STOPPED
#define STOP if :: mortal -> false :: skip fi
#else
#define STOP skip
#endif

proctype Producer(byte i; bool mortal) {
  byte p, h, q, base, other, old;
  bool won, helper = false;
  do
  :: head >= MAX -> break
  :: else ->
     p = head; base = cursor; other = intent[1 - i];
     if :: other != 0 && other - 1 < p && p - (other - 1) <= N && other - 1 < base -> base = other - 1 :: else fi;
     if
     :: p < MAX && p + 1 <= base + N ->
        intent[i] = p + 1;
        CRASH;
        atomic { if :: head == p -> head = p + 1; won = true :: else -> won = false fi };
        if
        :: won ->
           CRASH; STOP;
           slot[p % N] = p + 1;
           CRASH
        :: else
        fi;
        intent[i] = 0
     :: else ->
        if :: dead && intent[0] != 0 -> Resolve() :: else fi
     fi;
     p = 0; base = 0; other = 0; won = false
  od;
died:
stopped: skip
}

proctype Reader() {
  byte h, q, old;
  bool helper = false;
  do
  :: cursor == MAX -> break
  :: else ->
     if
     :: CURRENT(cursor) -> cursor++
     :: else ->
        if
        :: cursor < head -> FillHole(cursor); Resolve()
        :: else
        fi
     fi
  od;
stopped: skip
}

/* The cursor moves on meanwhile. */
proctype Repairer() {
  byte h, q, c, old;
  bool helper = true;
  do
  :: cursor == MAX -> break
  :: else -> c = cursor; FillHole(c); Resolve(); c = 0
  od;
stopped: skip
}

init {
  atomic {
    run Producer(0, true); run Producer(1, false); run Reader();
#ifdef REPAIRER
    run Repairer()
#endif
  }
}

#ifdef LIVE
ltl live { <> (cursor == MAX) }
#endif
