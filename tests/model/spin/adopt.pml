/* Claims and redelivery (fmmq/ring/member.h, adoption.h). A producer with a cached gate, three members of one
   shared group, deaths at any step, up to CRASHES. An adopter holds the dead seat's kernel lock; the intent
   stays where it is until the message is acknowledged.

   Every message is delivered whole, without the mark at most once and then first; none is lost: what a member
   claimed and did not finish is finished by another one, when nothing moves any more.

   Wrong variants:
     MOVE            the adopter copies the intent to its own seat, and clears the dead one's
     NO_VALIDATION   the adopter's copy is not judged by head afterwards
     NO_WAIT         the adopter does not ask whether a live member shows the same message
     CURSOR_FIRST    a claim moves the cursor before it stores the intent
     SETTLE_FIRST    the adopter settles before it has delivered
     STOPPED         a member may be stopped for ever with a message in its hand: `live` has to fail
   LIVE: what is checked is that every message is finished in the end. */
#define N 2
#ifndef MEMBERS
#define MEMBERS 3
#endif
#ifndef MAX
#define MAX 3
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
byte head = 0, cursor = 0;
byte slot[N];
byte intent[MEMBERS];
byte lock[MEMBERS];      /* of the dead seat: 0 free, i + 1 held by member i */
bool dead[MEMBERS];
byte unmarked[MAX], finished[MAX];
bool holds[MEMBERS];     /* a live member has the message at held[i] in its hand, unmarked */
byte held[MEMBERS];
byte crashes = 0;

#define DROP(j) if :: lock[j] == i + 1 -> lock[j] = 0 :: else fi
#if MEMBERS == 3
#define DROP_ALL DROP(0); DROP(1); DROP(2)
#define SHOWS(c) ((!dead[0] && intent[0] == c + 1) || (!dead[1] && intent[1] == c + 1) || (!dead[2] && intent[2] == c + 1))
#define IN_HAND(c) ((holds[0] && held[0] == c) || (holds[1] && held[1] == c) || (holds[2] && held[2] == c))
#define ADOPTABLE(j) (dead[j] && lock[j] == 0 && intent[j] != 0)
#define NOTHING_HELD (intent[0] == 0 && intent[1] == 0 && intent[2] == 0)
#define FIND_DEAD \
  if :: i != 0 && ADOPTABLE(0) -> j = 0 :: i != 1 && ADOPTABLE(1) -> j = 1 \
     :: i != 2 && ADOPTABLE(2) -> j = 2 :: else -> j = 255 fi
#else
#define DROP_ALL DROP(0); DROP(1)
#define SHOWS(c) ((!dead[0] && intent[0] == c + 1) || (!dead[1] && intent[1] == c + 1))
#define IN_HAND(c) ((holds[0] && held[0] == c) || (holds[1] && held[1] == c))
#define ADOPTABLE(j) (dead[j] && lock[j] == 0 && intent[j] != 0)
#define NOTHING_HELD (intent[0] == 0 && intent[1] == 0)
#define FIND_DEAD \
  if :: i != 0 && ADOPTABLE(0) -> j = 0 :: i != 1 && ADOPTABLE(1) -> j = 1 :: else -> j = 255 fi
#endif

#define CRASH \
  if \
  :: atomic { crashes < CRASHES -> crashes++; dead[i] = true; holds[i] = false; DROP_ALL }; goto died \
  :: skip \
  fi

proctype Producer() {
  byte gate = 0, h, t, k, base;
  do
  :: head >= MAX -> break
  :: else ->
     if
     :: head + 1 > gate + N ->
        h = head; base = cursor; k = 0;
        do
        :: k < MEMBERS ->
           t = intent[k];
           if :: t != 0 && (h - (t - 1)) <= N && (t - 1) < base -> base = t - 1 :: else fi;
           k++
        :: else -> break
        od;
        gate = base; k = 0; t = 0; h = 0; base = 0
     :: else
     fi;
     if
     :: head + 1 <= gate + N -> head = head + 1; slot[(head - 1) % N] = head
     :: else
     fi
  od
}

proctype Member(byte i) {
  byte c, j, v;
  bool won, whole;
  do
  :: cursor >= MAX && NOTHING_HELD -> break
  :: else ->
     c = cursor;
     if
     :: c < MAX && slot[c % N] == c + 1 ->
        /* claim */
#ifndef CURSOR_FIRST
        intent[i] = c + 1;
        CRASH;
#endif
        atomic { if :: cursor == c -> cursor = c + 1; won = true :: else -> won = false fi };
#ifdef CURSOR_FIRST
        CRASH;
        if :: won -> intent[i] = c + 1 :: else fi;
#endif
        if
        :: won ->
           CRASH;
           d_step { unmarked[c]++; assert(unmarked[c] == 1 && finished[c] == 0); holds[i] = true; held[i] = c };
           CRASH;
#ifdef STOPPED
           if :: i == 0 -> false :: skip fi;
#endif
           assert(slot[c % N] == c + 1);
           d_step { finished[c]++; holds[i] = false }
        :: else
        fi;
        CRASH;
        intent[i] = 0; won = false; c = 0
     :: else -> c = 0
     fi;
     /* adopt */
     FIND_DEAD;
     if
     :: j != 255 ->
        atomic { if :: lock[j] == 0 -> lock[j] = i + 1 :: else -> goto again fi };
        v = intent[j];
        if :: v == 0 -> goto unlock :: else fi;
        c = v - 1;
        if :: cursor <= c -> intent[j] = 0; goto unlock :: else fi;
        if :: head - c > N -> intent[j] = 0; goto unlock :: else fi;
        CRASH;
#ifdef SETTLE_FIRST
        intent[j] = 0;
        CRASH;
#endif
#ifdef MOVE
        intent[i] = v;
        CRASH;
        intent[j] = 0; lock[j] = 0;
        CRASH;
#endif
        /* copy, then judge the copy */
        whole = (slot[c % N] == c + 1);
#ifndef NO_VALIDATION
        if :: head - c > N -> intent[j] = 0; goto unlock :: else fi;
#endif
#ifndef NO_WAIT
        if :: SHOWS(c) && intent[i] != v -> goto unlock :: else fi;
#endif
        assert(whole);
        d_step { assert(!IN_HAND(c)); finished[c]++ };
        CRASH;
#ifdef MOVE
        intent[i] = 0; goto again;
#else
        intent[j] = 0;
#endif
unlock: lock[j] = 0
     :: else
     fi;
again: j = 0; v = 0; c = 0; won = false; whole = false
  od;
  /* all is over: nothing was lost */
  c = 0;
  do :: c < MAX -> assert(finished[c] != 0); c++ :: else -> break od;
died: skip
}

init {
  atomic {
    run Producer(); run Member(0); run Member(1);
#if MEMBERS == 3
    run Member(2)
#endif
  }
}

#ifdef LIVE
#if MAX != 3
#error "LIVE is for MAX 3"
#endif
ltl live { <> (finished[0] != 0 && finished[1] != 0 && finished[2] != 0) }
#endif
