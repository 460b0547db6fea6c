/* Writers that overwrite (fmmq/ring/gate.h: intents count in every policy). Three producers with cached
   gates; no two of them copy into one block at a time.

   Wrong variants:
     HEAD_LAST       the scan loads the intents before head
     NO_INTENTS      producers' intents do not count */
#define N 2
#define MAX 5
#ifdef HEAD_LAST
#define BASE h
#else
#define BASE base
#endif
byte head = 0;
byte intent[3];
byte busy[N];

inline Scan() {
  k = 0;
  do
  :: k < 3 ->
     if
     :: k != i ->
        t = intent[k];
        if :: t != 0 && (t - 1) < gate && (BASE <= t - 1 + N) -> gate = t - 1 :: else fi
     :: else
     fi;
     k++
  :: else -> break
  od
}

proctype Producer(byte i) {
  byte h, gate = 0, t, k, base;
  bool won;
  do
  :: h = head;
     if :: h >= MAX -> break :: else fi;
     if
     :: h + 1 > gate + N ->
#ifdef HEAD_LAST
        gate = 255;
        Scan();
        t = head;
        if :: t < gate -> gate = t :: else fi;
#else
        base = head; gate = base;
#ifndef NO_INTENTS
        Scan();
#endif
#endif
        t = 0; k = 0; base = 0
     :: else
     fi;
     if
     :: h + 1 <= gate + N ->
        intent[i] = h + 1;
        atomic { if :: head == h -> head = h + 1; won = true :: else -> won = false fi };
        if
        :: won -> d_step { busy[h % N]++; assert(busy[h % N] == 1) }; busy[h % N]--
        :: else
        fi;
        intent[i] = 0; won = false
     :: else
     fi;
     h = 0
  od
}

init { atomic { run Producer(0); run Producer(1); run Producer(2) } }
