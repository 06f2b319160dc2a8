// SPDX-License-Identifier: Apache-2.0
#include "core/base/fibers.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <list>
#include <stdexcept>
#include <utility>

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>

// The address sanitizer must be told that the stack changes, and to which.
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace hookplan {
namespace {

using std::chrono::milliseconds;

// Enough for a TLS handshake in a sanitized build. It is memory only where it was touched, and the
// page below it stops what would go beyond.
constexpr std::size_t kStackBytes = std::size_t{1} << 20;

struct Stack {
  const void* bottom = nullptr;
  std::size_t size = 0;
};

// Around a change of stacks: from before it until this one goes on.
class Switch {
 public:
  Switch([[maybe_unused]] const Stack& to, [[maybe_unused]] Stack* from) {
#ifdef __SANITIZE_ADDRESS__
    from_ = from;
    __sanitizer_start_switch_fiber(&fake_, to.bottom, to.size);
#endif
  }
  Switch(const Switch&) = delete;
  Switch& operator=(const Switch&) = delete;
  ~Switch() {
#ifdef __SANITIZE_ADDRESS__
    Stack ignored;
    Stack& back = from_ == nullptr ? ignored : *from_;
    __sanitizer_finish_switch_fiber(fake_, &back.bottom, &back.size);
#endif
  }

 private:
#ifdef __SANITIZE_ADDRESS__
  void* fake_ = nullptr;
  Stack* from_ = nullptr;  // learns where the other side is
#endif
};

// Unwinds the stack of a fiber that is given up. Nothing but the fiber's begin may catch it.
struct GivenUp {};

// A stack whose place is known.
class KnownStack {
 public:
  explicit KnownStack(Stack& place) : place_(&place) {}
  boost::context::stack_context allocate() {
    const boost::context::stack_context stack = allocator_.allocate();
    // What is given out grows down from its end.
    *place_ = {static_cast<const char*>(stack.sp) - stack.size, stack.size};
#ifdef __SANITIZE_ADDRESS__
    // An earlier fiber may have had the same memory, and its first frames never returned.
    __asan_unpoison_memory_region(place_->bottom, place_->size);
#endif
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) { allocator_.deallocate(stack); }

 private:
  boost::context::protected_fixedsize_stack allocator_{kStackBytes};
  Stack* place_;
};

Fibers*& current_fibers() {
  static thread_local Fibers* current = nullptr;
  return current;
}

}  // namespace

struct Fibers::Implementation {
  struct Fiber {
    boost::context::fiber context = {};    // where it goes on
    boost::context::fiber scheduler = {};  // while it runs: where the scheduler goes on
    Stack stack = {};
    Stack scheduler_stack = {};
    const std::function<bool()>* is_over = nullptr;
    milliseconds due = {};
    bool has_ended = false;
    bool is_given_up = false;
  };

  Surroundings surroundings;
  std::list<Fiber> fibers = {};  // in the order in which they began to wait
  Fiber* running = nullptr;
  std::exception_ptr failure = {};

  void start(const std::function<void()>& body) {
    Fiber& fiber = fibers.emplace_back();
    const auto live = [this, &fiber, &body](boost::context::fiber&& scheduler) {
      fiber.scheduler = std::move(scheduler);
      enter(fiber);
      try {
        if (!fiber.is_given_up) body();
      } catch (const GivenUp&) {
        // Its stack is unwound by now.
      } catch (...) {
        failure = std::current_exception();
      }
      fiber.has_ended = true;
      leave(fiber);
      return std::move(fiber.scheduler);
    };
    fiber.context = boost::context::fiber(std::allocator_arg, KnownStack(fiber.stack), live);
  }

  // The first and the last change of stacks of a fiber, of which it sees one half only.
  static void enter([[maybe_unused]] Fiber& fiber) {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(nullptr, &fiber.scheduler_stack.bottom,
                                    &fiber.scheduler_stack.size);
#endif
  }
  static void leave([[maybe_unused]] Fiber& fiber) {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(nullptr, fiber.scheduler_stack.bottom,
                                   fiber.scheduler_stack.size);
#endif
  }

  void resume(Fibers* self, Fiber& fiber) {
    Fibers* const outer = std::exchange(current_fibers(), self);
    running = &fiber;
    {
      const Switch there(fiber.stack, nullptr);
      fiber.context = std::move(fiber.context).resume();
    }
    running = nullptr;
    current_fibers() = outer;
  }

  bool can_go_on(const Fiber& fiber) const {
    return fiber.is_over == nullptr || (*fiber.is_over)() || surroundings.now() >= fiber.due;
  }

  // Null pointer if all wait.
  Fiber* next() {
    std::vector<Fiber*> ready;
    for (Fiber& fiber : fibers) {
      if (!can_go_on(fiber)) continue;
      ready.push_back(&fiber);
      if (!surroundings.choose) break;
    }
    if (ready.empty()) return nullptr;
    return surroundings.choose ? ready.at(surroundings.choose(ready.size())) : ready.front();
  }

  void idle() {
    milliseconds due = milliseconds::max();
    for (const Fiber& fiber : fibers) due = std::min(due, fiber.due);
    surroundings.idle(std::max(due - surroundings.now(), milliseconds{0}));
  }

  void give_up_all(Fibers* self) {
    while (!fibers.empty()) {
      fibers.front().is_given_up = true;
      // Also one that has not begun: the library would unwind its stack unknown to the sanitizer.
      resume(self, fibers.front());
      fibers.pop_front();
    }
  }
};

Fibers::Fibers(Surroundings surroundings)
    : implementation_(new Implementation{std::move(surroundings)}) {}

Fibers::~Fibers() = default;

Fibers* Fibers::current() { return current_fibers(); }

void Fibers::run(const std::vector<std::function<void()>>& bodies) {
  Implementation& all = *implementation_;
  if (!all.fibers.empty()) throw std::logic_error("these fibers run already");
  for (const std::function<void()>& body : bodies) all.start(body);
  while (!all.fibers.empty()) {
    Implementation::Fiber* const fiber = all.next();
    if (fiber == nullptr) {
      all.idle();
      continue;
    }
    all.resume(this, *fiber);
    const auto place = std::ranges::find(all.fibers, fiber, [](const auto& one) { return &one; });
    if (fiber->has_ended) {
      all.fibers.erase(place);
    } else {
      all.fibers.splice(all.fibers.end(), all.fibers, place);
    }
    if (all.failure) {
      all.give_up_all(this);
      std::rethrow_exception(std::exchange(all.failure, {}));
    }
  }
}

void Fibers::wait(const std::function<bool()>& is_over, milliseconds at_most) {
  Implementation::Fiber* const fiber = implementation_->running;
  if (fiber == nullptr) throw std::logic_error("only a fiber can wait for others");
  fiber->is_over = &is_over;
  fiber->due = implementation_->surroundings.now() + at_most;
  if (!fiber->is_given_up) {
    const Switch there(fiber->scheduler_stack, &fiber->scheduler_stack);
    fiber->scheduler = std::move(fiber->scheduler).resume();
  }
  // By an exception of our own: the library would unwind the stack before the sanitizer knows of
  // it.
  if (fiber->is_given_up) throw GivenUp();
}

}  // namespace hookplan
