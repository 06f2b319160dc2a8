// SPDX-License-Identifier: Apache-2.0
#include "core/base/fibers.h"

#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

namespace hookplan {
namespace {

using std::chrono::milliseconds;

// Fibers in a time of their own.
struct Timed {
  milliseconds now{0};
  Fibers fibers{{[this] { return now; }, [this](milliseconds at_most) { now += at_most; }, {}}};

  void sleep(milliseconds time) {
    fibers.wait([] { return false; }, time);
  }
};

bool never() { return false; }
bool at_once() { return true; }

}  // namespace

TEST_CASE("what waits lets others go on, and time passes once for all") {
  Timed timed;
  std::string order;
  timed.fibers.run({[&] {
                      order += "a";
                      timed.sleep(milliseconds{20});
                      order += "A";
                    },
                    [&] {
                      order += "b";
                      timed.sleep(milliseconds{10});
                      order += "B";
                    },
                    [&] { order += "c"; }});
  CHECK(order == "abcBA");
  CHECK(timed.now == milliseconds{20});
}

TEST_CASE("a fiber goes on as soon as what it waits for is there") {
  Timed timed;
  bool is_there = false;
  milliseconds seen{-1};
  timed.fibers.run({[&] {
                      timed.fibers.wait([&] { return is_there; }, milliseconds{1000});
                      seen = timed.now;
                    },
                    [&] {
                      timed.sleep(milliseconds{7});
                      is_there = true;
                    }});
  CHECK(seen == milliseconds{7});
}

TEST_CASE("code knows the fibers that it runs in") {
  Timed outer;
  CHECK(Fibers::current() == nullptr);
  outer.fibers.run({[&] {
    CHECK(Fibers::current() == &outer.fibers);
    Timed inner;
    inner.fibers.run({[&] {
      CHECK(Fibers::current() == &inner.fibers);
      inner.sleep(milliseconds{1});
    }});
    CHECK(Fibers::current() == &outer.fibers);
  }});
  CHECK(Fibers::current() == nullptr);
}

TEST_CASE("an exception ends all, and what others hold is given back") {
  struct Held {
    int& count;
    explicit Held(int& number) : count(number) { ++count; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { --count; }
  };
  Timed timed;
  int held = 0;
  bool went_on = false;
  const auto waits = [&] {
    const Held one(held);
    timed.fibers.wait(never, milliseconds{1000});
    went_on = true;
  };
  const auto throws = [&] {
    const Held one(held);
    timed.fibers.wait(at_once, milliseconds{0});
    CHECK(held == 3);
    throw std::runtime_error("broken");
  };
  CHECK_THROWS_AS(timed.fibers.run({waits, throws, waits}), std::runtime_error);
  CHECK(held == 0);
  CHECK_FALSE(went_on);
  // They can be used again.
  timed.fibers.run({[&] { went_on = true; }});
  CHECK(went_on);
}

TEST_CASE("what has not begun never does after an exception") {
  Timed timed;
  bool has_begun = false;
  CHECK_THROWS_AS(
      timed.fibers.run({[] { throw std::runtime_error("broken"); }, [&] { has_begun = true; }}),
      std::runtime_error);
  CHECK_FALSE(has_begun);
}

TEST_CASE("who goes on can be chosen") {
  std::string order;
  milliseconds now{0};
  Fibers fibers{{[&] { return now; }, [&](milliseconds at_most) { now += at_most; },
                 [](std::size_t count) { return count - 1; }}};
  const auto says = [&](char name) {
    return [&, name] {
      order += name;
      fibers.wait(at_once, milliseconds{0});
      order += name;
    };
  };
  fibers.run({says('a'), says('b'), says('c')});
  CHECK(order == "ccbbaa");
}

TEST_CASE("many fibers use their stacks deeply") {
  Timed timed;
  std::size_t sum = 0;
  const std::function<std::size_t(std::size_t)> deep = [&](std::size_t depth) -> std::size_t {
    if (depth == 0) {
      timed.sleep(milliseconds{1});
      return 0;
    }
    return 1 + deep(depth - 1);
  };
  std::vector<std::function<void()>> bodies(300, [&] { sum += deep(200); });
  timed.fibers.run(bodies);
  CHECK(sum == 300 * 200);
}

TEST_CASE("fibers that come after others find a stack as good as new") {
  Timed timed;
  // Formatting has a buffer on the stack, in a library that no sanitizer knows.
  const auto formats = [] { CHECK(fmt::format("{:>600}", "x").size() == 600); };
  for (int i = 0; i < 5; ++i) timed.fibers.run({formats, formats, formats});
}

TEST_CASE("only a fiber can wait") {
  Timed timed;
  CHECK_THROWS_AS(timed.sleep(milliseconds{1}), std::logic_error);
}

}  // namespace hookplan
