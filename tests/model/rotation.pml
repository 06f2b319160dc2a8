/* SPDX-License-Identifier: Apache-2.0
   Two runs rotate the token of one entry. Each may die, give up or stand still anywhere, for any time. Claim: the
   receiver accepts every delivery. check.sh breaks one rule at a time, and then a delivery must be refused.
   The check of the lease and the start of a call are one step here. The program leaves room for the longest call before
   the deadline, so a shorter stop between the two does no harm. A call may outlast the lease, but not the overlap. */
mtype = { NONE, NO_CAS, NO_RECEIVER_PROOF, NO_DELIVERY_PROOF, NO_LEASE, NO_DRAIN, SECOND_MINT, PATCH_BEFORE_DROP };
#ifndef BROKEN
#define BROKEN NONE
#endif
#ifndef FAULTS
#define FAULTS 0              /* 0: any number of them; else at most so many, and then the rotation must end */
#endif
#define broken(rule) (BROKEN == rule)
#define may_fail (FAULTS == 0 || faults < FAULTS)
#define fault(number) faults = (FAULTS > 0 -> faults + number : 0)
#define LAST 3                /* token 1 is there first; the runs rotate to 2 and then to LAST */
#define bit(token) (1 << (token))
typedef Store { byte tokens, target, holder; bool reached };   /* a set of tokens; the rest is the ledger */
Store store;
bool fresh[3];                /* nobody has written since run N has read: this is all that a version is compared for */
bool mine[3], lease[3];       /* run N lives and took the lease; the deadline of its lease has not passed */
byte view = bit(1);           /* the tokens that the receiver has read */
byte hook = 1;                /* the token that the forge signs with */
byte late = 0;                /* a PATCH on its way, or 0: it may arrive after its sender has died or given up */
byte flying = 0;              /* a delivery on its way, or 0: any one of many, because they do not affect each other */
bool old_late, old_flying;    /* sent before the target was reached: the overlap is long enough for it to arrive */
byte ended = 0, faults = 0;
ltl ends { <> (ended == 2 && hook == LAST && store.tokens == bit(LAST)) }

proctype receiver() { end: do :: view != store.tokens -> view = store.tokens od }
proctype deliveries() { end: do
  :: flying == 0 -> flying = hook
  :: d_step { flying != 0 -> assert(view & bit(flying)); flying = 0; old_flying = false } od }
proctype time() { end: do
  :: atomic { late != 0 -> if :: hook = late :: skip /* lost */ fi; late = 0; old_late = false }
  :: d_step { lease[1] && (!mine[1] || may_fail) -> fault(mine[1]); lease[1] = false }
  :: d_step { lease[2] && (!mine[2] || may_fail) -> fault(mine[2]); lease[2] = false } od }

#define holds (lease[me] || broken(NO_LEASE))   /* by the run's own clock, without a look at the store */
#define may_take (seen.holder == 0 || !lease[seen.holder] || broken(NO_LEASE))
#define is_open (seen.tokens != bit(seen.target))   /* an overlap: superseded tokens are stored beside the target */
#define is_drained (!old_late && !old_flying || broken(NO_DRAIN))
#define is_done (!is_open && seen.target == LAST)
/* Compare-and-swap. The run looks at the store next, whatever the answer was and even if there was none. */
inline swap(new_tokens, new_target, new_reached, new_holder) { atomic { if
  :: !fresh[me] && !broken(NO_CAS)
  :: fresh[me] || broken(NO_CAS) ->
     if :: new_reached && !seen.reached -> old_late = (late != 0); old_flying = (flying != 0) :: else fi;
     store.tokens = new_tokens; store.target = new_target; store.reached = new_reached; store.holder = new_holder;
     lease[me] = (new_holder == me && (lease[me] || !mine[me])); mine[me] = (new_holder == me);
     fresh[1] = false; fresh[2] = false fi; goto look } }
inline patch() { atomic { if
  :: !holds -> goto look
  :: holds -> hook = seen.target
  :: holds && may_fail -> fault(1)                                                      /* a false "done" */
  :: holds && may_fail && late == 0 -> fault(1); late = seen.target; goto look fi } }   /* no answer */
inline prove() {
  if :: hook == seen.target :: hook != seen.target -> goto look :: atomic { may_fail -> fault(1) }; goto look fi }

/* A run dies at a look only: if it died elsewhere, the others would see no more than what it did up to there. */
proctype run_of(byte me) { Store seen;
look: atomic { seen.tokens = store.tokens; seen.target = store.target; seen.reached = store.reached; fresh[me] = true;
    seen.holder = store.holder; mine[me] = (mine[me] && holds && (seen.holder == me || broken(NO_LEASE))) };
  if :: !mine[me] && is_done -> ended++
  :: !mine[me] && !is_done && may_take -> swap(seen.tokens, seen.target, seen.reached, me)
  :: else -> (store.holder == 0 || !lease[store.holder]); goto look
  :: atomic { mine[me] && may_fail -> fault(1); mine[me] = false }; goto look                       /* dies */
  :: atomic { mine[me] && may_fail -> fault(1) }; swap(seen.tokens, seen.target, seen.reached, 0)   /* gives up */
  :: mine[me] && seen.target < LAST && (!is_open || broken(SECOND_MINT)) ->
     swap(seen.tokens | bit(seen.target + 1), seen.target + 1, false, me)
  :: mine[me] && !seen.reached ->
     if :: view & bit(seen.target) || broken(NO_RECEIVER_PROOF) :: !holds -> goto look fi;
     patch(); if :: !broken(NO_DELIVERY_PROOF) -> prove() :: else fi;
     swap(seen.tokens, seen.target, true, me)
  :: mine[me] && seen.reached && is_open && is_drained ->
     if :: broken(PATCH_BEFORE_DROP) -> patch(); prove() :: else fi;
     swap(bit(seen.target), seen.target, true, me)
  :: mine[me] && seen.reached && (is_done || is_open && !is_drained) -> swap(seen.tokens, seen.target, true, 0) fi }
init { atomic { store.tokens = bit(1); store.target = 1; store.reached = true;
  run receiver(); run deliveries(); run time(); run run_of(1); run run_of(2) } }
