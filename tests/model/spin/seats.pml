/* Seats (fmmq/queue/handle.cc: TakeSeat; fmmq/ring/recovery.h: ClearSeat, ResolveSeat). One seat; owners that take
   it, use it, leave it, and may die at any step; resolvers that bring a dead owner's seat back, two at once, who share
   its lock. A kernel lock lives as long as its owner.

   Two owners never have the seat at once; nobody finds a foreign intent in a seat that it took; no seat stays
   dirty for ever without an owner (`live`, with LIVE).

   Wrong variants:
     NO_RECHECK      after it got the lock, the taker does not look again whether the seat is clean
     BIT_FIRST       clearing begins with the bit that says that somebody has the seat
     BY_TIMEOUT      a resolver does not ask the kernel: who is slow is taken for dead */
#define OWNERS 2
#ifndef CRASHES
#define CRASHES 2
#endif
bool occupied = false;        /* the bit of the control words */
byte intent = 0;         /* owner + 1, while it holds something */
byte identity = 0;
byte lock = 0;           /* 0, or owner + 1 */
byte sharers = 0;
byte users = 0;
byte crashes = 0;
byte rounds = 0;

#define CLEAN (!occupied && identity == 0)
#define CRASH(me) \
  if :: atomic { crashes < CRASHES -> crashes++; if :: in_use -> users-- :: else fi; \
                 if :: lock == me -> lock = 0 :: else fi; \
                 if :: sharing -> sharers--; sharing = false :: else fi }; goto died :: skip fi

inline Clear(me) {
#ifdef BIT_FIRST
  occupied = false;
  CRASH(me);
  intent = 0;
  CRASH(me);
  identity = 0
#else
  intent = 0;
  CRASH(me);
  identity = 0;
  CRASH(me);
  occupied = false
#endif
}

proctype Owner(byte i) {
  bool in_use = false, sharing = false;
  byte me = i + 1;
restart:
  do
  :: rounds >= 4 -> break
  :: else ->
     if
     :: CLEAN ->
        atomic { if :: lock == 0 && sharers == 0 -> lock = me :: else -> goto restart fi };
#ifndef NO_RECHECK
        if :: !CLEAN -> lock = 0; goto restart :: else fi;
#endif
        occupied = true;
        CRASH(me);
        identity = me;
        d_step { users++; in_use = true; assert(users == 1); assert(intent == 0) };
        CRASH(me);
        intent = me;
        CRASH(me);
        assert(intent == me && identity == me);
        intent = 0;
        d_step { users--; in_use = false };
        Clear(me);
        lock = 0; if :: rounds < 4 -> rounds++ :: else fi
     :: else
     fi
  od;
died: skip
}

/* Somebody who finds no seat: brings the dead one's back. */
proctype Resolver() {
  bool in_use = false, sharing = false;
  byte me = OWNERS + 1;
died: /* another one goes on */
again:
  do
  :: occupied ->
#ifdef BY_TIMEOUT
     Clear(me)
#else
     atomic { if :: lock == 0 -> sharers++; sharing = true :: else -> goto again fi };
     if :: occupied -> Clear(me) :: else fi;
     atomic { sharers--; sharing = false }
#endif
  :: else
  od
}

init { atomic { run Owner(0); run Owner(1); run Resolver(); run Resolver() } }

#ifdef LIVE
ltl live { [] <> (CLEAN || lock != 0) }
#endif
